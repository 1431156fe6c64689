/* SPDX-License-Identifier: BSD-2-Clause */
/* Manifests that are right for themselves, and wrong for the board or its files: exactly what is
 * said of each. */
#include <elf.h>
#include <libfdt.h>
#include <zlib.h>

#include "abi/linux_image.h"

#include "tests/unit/manifest/style.h"
#include "tests/unit/plan/support.h"

struct bad {
    const char *manifest, *said;
};

#define VM  "board: test\nvms:\n  - name: vm\n    memory: 64M\n"
#define APP "board: test\ncomponents:\n  - name: app\n    elf: app\n"
#define TWO APP "    devices: [timer0]\n  - name: other\n    elf: app\n"

static const struct bad files[] = {
    {VM "    kernel: missing\n",
     "m.yaml:5:13: 'kernel' is 'missing', which cannot be used (cannot open: No such file or "
     "directory): give the path of a file that can be read\n"},
    {VM "    initrd: missing\n",
     "m.yaml:5:13: 'initrd' is 'missing', which cannot be used (cannot open: No such file or "
     "directory): give the path of a file that can be read\n"},
    {VM "    kernel: empty\n",
     "m.yaml:5:13: 'kernel' is 'empty', which is empty: give another file\n"},
    {VM "    kernel: .\n", "m.yaml:5:13: 'kernel' is '.', which cannot be used (is not a regular "
                           "file): give the path of a file that can be read\n"},
    {VM "    kernel: initrd\n", "m.yaml:5:13: 'kernel' is not an arm64 Image (no \"ARM\\x64\" at "
                                "byte 56): give Debian's vmlinuz or arch/arm64/boot/Image\n"},
    {VM "    kernel: short\n", "m.yaml:5:13: 'kernel' is not an arm64 Image (no \"ARM\\x64\" at "
                               "byte 56): give Debian's vmlinuz or arch/arm64/boot/Image\n"},
    {VM "    kernel: old\n", "m.yaml:5:13: 'kernel' is an arm64 Linux Image from before Linux "
                             "3.17: give Debian's vmlinuz or arch/arm64/boot/Image\n"},
    {VM "    kernel: big-endian\n", "m.yaml:5:13: 'kernel' is a big-endian Linux Image: give "
                                    "Debian's vmlinuz or arch/arm64/boot/Image\n"},
    {VM "    kernel: packed\n", "m.yaml:5:13: 'kernel' is a damaged gzip file: give Debian's "
                                "vmlinuz or arch/arm64/boot/Image\n"},
    {VM "    kernel: cut.gz\n", "m.yaml:5:13: 'kernel' is a damaged gzip file: give Debian's "
                                "vmlinuz or arch/arm64/boot/Image\n"},
    {VM "    kernel: longer.gz\n",
     "m.yaml:5:13: 'kernel' is an arm64 Linux Image whose header is damaged or that was cut short: "
     "give Debian's vmlinuz or arch/arm64/boot/Image\n"},
    {VM "    kernel: whole.gz\n", ""},
    {VM "    kernel: large\n",
     "m.yaml:4:13: 'kernel' with its 256.0 MiB does not fit into 64 MiB of RAM: raise memory\n"},
    {"board: test\nvms:\n  - name: vm\n    memory: 16M\n",
     "m.yaml:4:13: the device tree with its 64 KiB does not fit into 16 MiB of RAM beside the "
     "kernel: raise memory\n"},
    {"board: test\nvms:\n  - name: vm\n    memory: 18M\n    initrd: Image\n",
     "m.yaml:4:13: 'initrd' with its 3.0 MiB does not fit into 18 MiB of RAM beside the kernel: "
     "raise memory\n"},
    {VM "    dtb: initrd\n", "m.yaml:5:10: 'dtb' is 'initrd', no device tree blob, or a damaged "
                             "one: compile it with dtc\n"},
    {VM "    overlay: missing\n",
     "m.yaml:5:14: 'overlay' is 'missing', which cannot be used (cannot open: No such file or "
     "directory): give the path of a file that can be read\n"},
    {VM "    map: {kernel: 0x40001000}\n",
     "m.yaml:5:19: 'kernel' is 0x40001000, not 0x0 behind a multiple of 2 MiB, as its Image header "
     "wants: write 0x40000000\n"},
    {VM "    map: {kernel: 0x43800000}\n",
     "m.yaml:5:19: 'kernel' is 0x43800000, from where not all of it is in RAM (0x40000000 "
     "to 0x43ffffff): move it, or leave it out\n"},
    {VM "    map: {dtb: 0x40100000}\n",
     "m.yaml:5:16: 'dtb' is 0x40100000, which puts it over the kernel (0x40000000 to 0x40ffffff): "
     "move it, or leave it out\n"},
    {VM "    map: {ram: 0x80000000, dtb: 0x41000000}\n",
     "m.yaml:5:33: 'dtb' is 0x41000000, from where not all of it is in RAM (0x80000000 to "
     "0x83ffffff): move it, or leave it out\n"},
    {VM "    initrd: initrd\n    map: {dtb: 0x42000000, initrd: 0x42001000}\n",
     "m.yaml:6:36: 'initrd' is 0x42001000, which puts it over the device tree (0x42000000 to "
     "0x4200ffff): move it, or leave it out\n"},
    {VM "    dtb: huge.dtb\n", "m.yaml:5:10: 'dtb' is 'huge.dtb', which has 70000 bytes, of at "
                               "most 65536: leave out what the guest does not need\n"},
};

static const struct bad programs[] = {
    {"board: test\ncomponents:\n  - name: app\n    elf: missing\n",
     "m.yaml:4:10: 'elf' is 'missing', which cannot be used (cannot open: No such file or "
     "directory): give the path of a file that can be read\n"},
    {"board: test\ncomponents:\n  - name: app\n    elf: initrd\n",
     "m.yaml:4:10: 'elf' is 'initrd', which cannot be used (no ELF file): give a program of "
     "Bulkhead's own build\n"},
    {"board: test\ncomponents:\n  - name: app\n    elf: both.elf\n",
     "m.yaml:4:10: 'elf' is 'both.elf', which has a segment that is both written and executed: "
     "link code and data apart\n"},
    {"board: test\ncomponents:\n  - name: app\n    elf: shared.elf\n",
     "m.yaml:4:10: 'elf' is 'shared.elf', two of whose segments share the page at 0x401000: link "
     "with -z max-page-size=4096 -z separate-code\n"},
    {"board: test\ncomponents:\n  - name: app\n    elf: high.elf\n",
     "m.yaml:4:10: 'elf' is 'high.elf', which is linked at 0x10000000: link it between 0x1000 and "
     "0x10000000\n"},
    {"board: test\ncomponents:\n  - name: app\n    elf: low.elf\n",
     "m.yaml:4:10: 'elf' is 'low.elf', which is linked at 0x10: link it between 0x1000 and "
     "0x10000000\n"},
};

static const struct bad devices[] = {
    {APP "    devices: [/bus/timmer@2000000]\n",
     "m.yaml:5:15: 'devices' names '/bus/timmer@2000000', which the board does not have: did you "
     "mean '/bus/timer@2000000'?\n"},
    {APP "    devices: [serial2]\n", "m.yaml:5:15: 'devices' names 'serial2', which the board does "
                                     "not have: did you mean 'serial0'?\n"},
    {APP "    devices: [/nothing/like/that]\n",
     "m.yaml:5:15: 'devices' names '/nothing/like/that', which the board does not have: give a "
     "path or an alias of its device tree\n"},
    {APP "    devices: [/memory@0]\n", "m.yaml:5:15: 'devices' names '/memory@0', memory and no "
                                       "device: share memory with 'shared'\n"},
    {APP "    devices: [/pmu]\n", "m.yaml:5:15: 'devices' names '/pmu', which has no registers (no "
                                  "'reg'): name another device\n"},
    {APP "    devices: [/cpus/cpu@0]\n",
     "m.yaml:5:15: 'devices' names '/cpus/cpu@0', whose registers or interrupts cannot be made "
     "out: name another device\n"},
    {APP "    devices: [/interrupt-controller@f9010000]\n",
     "m.yaml:5:15: 'devices' names '/interrupt-controller@f9010000', the interrupt controller, "
     "which the kernel needs: name another device\n"},
    {APP "    devices: [/bus/local@3000000]\n",
     "m.yaml:5:15: 'devices' names '/bus/local@3000000', whose interrupt 23 is one of each core's "
     "own, which nobody can be given: name another device\n"},
    {APP "    devices: [/bus/thief@4000000]\n",
     "m.yaml:5:15: 'devices' names '/bus/thief@4000000', which shares the 4 KiB page of registers "
     "at 0xf9020000 with '/interrupt-controller@f9010000', which 'the kernel' has: give away one "
     "of the two\n"},
    {APP "    devices: [/bus/odd@4100000]\n",
     "m.yaml:5:15: 'devices' names '/bus/odd@4100000', whose registers cannot be mapped "
     "(0xe4101800, 0x1000 bytes): name another device\n"},
    {APP "    devices: [serial0]\n", "m.yaml:5:15: 'devices' names 'serial0', which belongs to "
                                     "'init' already: take it out here or there\n"},
    {VM "    devices: [timer0]\n", "m.yaml:5:15: 'devices' names 'timer0', and a VM has those "
                                   "alone that its monitor emulates: give it to a component\n"},
    {"board: test\nvms: [{name: vm, memory: 64M}]\ncomponents:\n  - name: app\n    elf: app\n"
     "    devices: [serial1]\n",
     "m.yaml:6:15: 'devices' names 'serial1', which belongs to 'console' already: take it out here "
     "or there\n"},
    {TWO "    devices: [/bus/timer@2000000]\n",
     "m.yaml:8:15: 'devices' names '/bus/timer@2000000', which belongs to 'app' already: take it "
     "out here or there\n"},
    {TWO "    devices: [/bus/watchdog@2010000]\n",
     "m.yaml:8:15: 'devices' names '/bus/watchdog@2010000', which shares the 4 KiB page of "
     "registers at 0xe2010000 with '/bus/timer@2000000', which 'app' has: give away one of the "
     "two\n"},
    {TWO "    devices: [/bus/adc@2020000]\n",
     "m.yaml:8:15: 'devices' names '/bus/adc@2020000', whose interrupt 68 is that of "
     "'/bus/timer@2000000' too, which 'app' has: give away one of the two\n"},
    {APP "    devices: [timer0, /bus/dma@2702000]\n  - name: other\n    elf: app\n"
         "channels: [{name: talk, between: [app, other]}]\n",
     "m.yaml:3:5: 'devices' of 'app' have 33 interrupts, of at most 32 beside channels: give some "
     "to another component\n"},
    {VM "console: {uart: timer0}\n", "m.yaml:5:17: 'uart' names 'timer0', no UART that Bulkhead "
                                     "has a driver for: name another, or leave it out\n"},
    {VM "console: {uart: serial7}\n", "m.yaml:5:17: 'uart' names 'serial7', which the board does "
                                      "not have: did you mean 'serial0'?\n"},
    {VM "console: {log: timer0}\n", "m.yaml:5:16: 'log' names 'timer0', no UART that Bulkhead has "
                                    "a driver for: name another, or leave it out\n"},
};

static const struct bad resources[] = {
    {VM "    cpus: 3\n", "m.yaml:5:11: 'cpus' of 'vm' is 3, and 'test' has 2 cores: write at most "
                         "2, or name the core of each in 'cores'\n"},
    {VM "    cores: [1, 2]\n",
     "m.yaml:5:16: there is no core 2 on the board 'test': write a number below 2\n"},
    {VM "    cores: [2]\n",
     "m.yaml:5:13: there is no core 2 on the board 'test': write a number below 2\n"},
    {APP "    core: 7\n",
     "m.yaml:5:11: there is no core 7 on the board 'test': write a number below 2\n"},
    {VM "init: {core: 3}\n",
     "m.yaml:5:14: there is no core 3 on the board 'test': write a number below 2\n"},
    {VM "init: {budget: 100%}\n", "m.yaml:5:16: 'budget' of init is all of its period, and it "
                                  "tells the time by its end: write less\n"},
    {VM "console: {core: 2}\n",
     "m.yaml:5:17: there is no core 2 on the board 'test': write a number below 2\n"},
    {"board: test\nvms:\n  - {name: vm, memory: 64M, cores: [0], budget: 90%}\n",
     "m.yaml:3:49: 110.0 % of the time of core 0 is asked for (init 5.0 %, vm 95.0 %, console 10.0 "
     "%): lower a budget, or move one to another core\n"},
    {"board: test\nvms:\n  - {name: a, memory: 64M, cores: [1], budget: 50%}\n"
     "  - {name: b, memory: 64M, cores: [1], budget: 60%}\n",
     "m.yaml:4:48: 120.0 % of the time of core 1 is asked for (a 55.0 %, b 65.0 %): lower a "
     "budget, or move one to another core\n"},
    {"board: test\nvms: [{name: a, memory: 64M, cores: [1]}]\ncomponents:\n"
     "  - {name: app, elf: app, core: 1, budget: 95%}\n",
     "m.yaml:4:44: nothing of core 1 is left for those without a budget of their own (a 5.0 %, app "
     "95.0 %): lower a budget, or move one to another core\n"},
    {"board: test\nvms:\n  - {name: a, memory: 1G}\n  - {name: b, memory: 1000M}\n",
     "m.yaml:4:23: 'memory' of 'b' is 1000 MiB, and 986 MiB of 2021 MiB are left (kernel, image "
     "and components 10 MiB, VMs before it 1024 MiB): lower it\n"},
    {"board: test\nvms:\n  - {name: a, memory: 4G}\n",
     "m.yaml:3:23: 'memory' of 'a' is 4096 MiB, and 2010 MiB of 2021 MiB are left (kernel, image "
     "and components 10 MiB, VMs before it 0 MiB): lower it\n"},
    {"board: test\ncomponents: [{name: app, elf: app}, {name: b, elf: app}]\nshared:\n"
     "  - name: s\n    size: 4K\n    between:\n"
     "      - {name: app, rights: rw, address: 0x400000}\n      - {name: b, rights: r}\n",
     "m.yaml:7:42: 'address' is 0x400000, which is taken in 'app' by something else: choose "
     "another, or leave it out\n"},
    {"board: test\ncomponents: [{name: app, elf: app}, {name: b, elf: app}]\nshared:\n"
     "  - name: s\n    size: 2M\n    between:\n"
     "      - {name: app, rights: rw, address: 0x30001000}\n      - {name: b, rights: r}\n",
     "m.yaml:7:42: 'address' is 0x30001000, no multiple of 2 MiB, the pages of 's': choose "
     "another, or leave it out\n"},
    {"board: test\nvms: [{name: vm, memory: 64M}]\ncomponents: [{name: b, elf: app}]\nshared:\n"
     "  - name: s\n    size: 4K\n    between:\n"
     "      - {name: vm, rights: rw, address: 0x9000000}\n      - {name: b, rights: r}\n",
     "m.yaml:8:41: 'address' puts the shared memory 's' of 'vm' over its UART, 0x9000000 to "
     "0x9000fff by default: move one of the two\n"},
    {"board: test\nvms: [{name: vm, memory: 64M}]\ncomponents: [{name: b, elf: app}]\nshared:\n"
     "  - name: s\n    size: 4K\n    between:\n"
     "      - {name: vm, rights: rw}\n      - {name: b, rights: r, address: 0x10100000}\n",
     "m.yaml:9:39: 'address' is 0x10100000, which is taken in 'b' by something else: choose "
     "another, or leave it out\n"},
    {"board: test\nvms: [{name: vm, memory: 64M}]\ncomponents: [{name: b, elf: app}]\nshared:\n"
     "  - name: s\n    size: 4K\n    between:\n"
     "      - {name: vm, rights: rw, address: 0x43fff000}\n      - {name: b, rights: r}\n",
     "m.yaml:8:41: 'address' puts the shared memory 's' of 'vm' over its RAM, 0x40000000 to "
     "0x43ffffff by default: move one of the two\n"},
    {"board: test\nvms: [{name: vm, memory: 64M}]\ncomponents: [{name: app, elf: app}]\nchannels:\n"
     "  - {name: c, between: [vm, {name: app, own-address: 0x400000}]}\n",
     "m.yaml:5:54: 'own-address' is 0x400000, which is taken in 'app' by something else: choose "
     "another, or leave it out\n"},
    {"board: test\nvms: [{name: vm, memory: 64M}]\ncomponents: [{name: app, elf: app}]\nchannels:\n"
     "  - {name: c, between: [vm, {name: app, peer-address: 0x10100000}]}\n",
     "m.yaml:5:55: 'peer-address' is 0x10100000, which is taken in 'app' by something else: choose "
     "another, or leave it out\n"},
};

/* Several at once, in the order of their places. */
static const struct bad several[] = {
    {VM "    kernel: missing\n    cpus: 4\ncomponents:\n  - name: app\n    elf: initrd\n"
        "    devices: [nothing0]\n",
     "m.yaml:5:13: 'kernel' is 'missing', which cannot be used (cannot open: No such file or "
     "directory): give the path of a file that can be read\nm.yaml:6:11: 'cpus' of 'vm' is 4, and "
     "'test' has 2 cores: write at most 2, or name the core of each in 'cores'\nm.yaml:10:15: "
     "'devices' names 'nothing0', which the board does not have: give a path or an alias of its "
     "device tree\n"},
};

static void check(const struct bad *bad, size_t count)
{
    unsigned wrong = 0;

    for (size_t i = 0; i < count; i++) {
        struct plan_test test;

        plan_open(&test, bad[i].manifest);
        if (strcmp(test.complaints, bad[i].said) != 0) {
            print_error("of\n%swanted %sgot    %s\n", bad[i].manifest, bad[i].said,
                        test.complaints);
            wrong++;
        }
        assert_style(test.complaints);
        assert_int_equal(test.fine, bad[i].said[0] == '\0');
        if (!test.fine)
            assert_null(test.plan.plan.data);
        plan_close(&test);
    }
    assert_int_equal(wrong, 0);
}

#define CHECK_ALL(list) check(list, sizeof(list) / sizeof(list[0]))

/* Packed, an Image that asks for `image_size` bytes, without the last `cut` bytes of the file. */
static void write_packed(const char *name, uint64_t image_size, size_t cut)
{
    struct linux_image_header header = {.image_size = image_size, .magic = LINUX_IMAGE_MAGIC};
    static uint8_t image[1 << 20], packed[1 << 20];
    z_stream stream = {.next_in = image,
                       .avail_in = sizeof(image),
                       .next_out = packed,
                       .avail_out = sizeof(packed)};

    memcpy(image, &header, sizeof(header));
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    files_write(name, packed, stream.total_out - cut);
    deflateEnd(&stream);
}

static void write_images(void)
{
    uint8_t image[128] = {0};

    files_write("empty", "", 0);
    files_write("short", "ARM", 3);
    memcpy(image + 56, "ARM\x64", 4);
    files_write("old", image, sizeof(image));
    image[16] = 128;
    image[24] = 1;
    files_write("big-endian", image, sizeof(image));
    write_packed("whole.gz", 1 << 20, 0);
    write_packed("cut.gz", 1 << 20, 1);
    write_packed("longer.gz", (1 << 20) - 1, 0);
    files_write("packed", "\x1f\x8b\x08 and then no more", 20);
    files_write_kernel("large", 256 << 20);
}

static void write_tree(void)
{
    static uint8_t tree[70000];

    assert_int_equal(fdt_create_empty_tree(tree, sizeof(tree)), 0);
    files_write("huge.dtb", tree, sizeof(tree));
}

static void bad_files(void **state)
{
    write_images();
    write_tree();
    CHECK_ALL(files);
}

static void bad_programs(void **state)
{
    files_write_program("both.elf",
                        &(struct test_segment){0x400000, 0x1000, 0x1000, PF_R | PF_W | PF_X}, 1);
    files_write_program("shared.elf",
                        (struct test_segment[]){{0x400000, 0x1800, 0x1800, PF_R | PF_X},
                                                {0x401800, 0x100, 0x100, PF_R | PF_W}},
                        2);
    files_write_program("high.elf", &(struct test_segment){0x10000000, 0x10, 0x10, PF_R | PF_X}, 1);
    files_write_program("low.elf", &(struct test_segment){0x10, 0x10, 0x10, PF_R | PF_X}, 1);
    CHECK_ALL(programs);
}

static void bad_devices(void **state)
{
    CHECK_ALL(devices);
}

static void bad_resources(void **state)
{
    CHECK_ALL(resources);
}

static void all_at_once(void **state)
{
    CHECK_ALL(several);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_files),   cmocka_unit_test(bad_programs),
        cmocka_unit_test(bad_devices), cmocka_unit_test(bad_resources),
        cmocka_unit_test(all_at_once),
    };

    return cmocka_run_group_tests(tests, files_make, files_remove);
}
