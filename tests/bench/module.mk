# SPDX-License-Identifier: BSD-2-Clause
# The measured guest, the bare board it is compared with, and `make do-bench` (mk/run.mk: bench).

BENCH         := build/bench
BENCH_IMAGES  := $(addprefix $(OUT)/$(BOARD)/bench-,vm.img two.img restart.img \
    channels.img channels-one-core.img deadline.img)
BENCH_FIGURES := $(OUT)/tests/guest-bench/$(BOARD).img

# What tells the moment of the prompt: a program of the guest's, so nothing but the system calls.
$(BENCH)/mark: tests/bench/mark.c
	@mkdir -p $(@D)
	$(say) CC $<
	$(quiet)$(TARGET_CC) $(filter-out -MMD -MP,$(COMMON_CFLAGS)) -ffreestanding -fno-pic -fno-pie \
	    -fno-stack-protector -nostdlib -static -no-pie -Wl,--build-id=none -Wl,-z,noexecstack -s \
	    -o $@ $<

# The demo initramfs with another archive behind it, whose profile ends with the mark: the kernel
# unpacks both, the later file wins.
$(BENCH)/initrd.cpio.gz: $(GUEST)/initrd.cpio.gz $(BENCH)/mark guest/initramfs/etc/profile
	$(say) PACK $@
	$(quiet)rm -rf $(BENCH)/root && mkdir -p $(BENCH)/root/bin $(BENCH)/root/etc
	$(quiet)cp $(BENCH)/mark $(BENCH)/root/bin/
	$(quiet){ cat guest/initramfs/etc/profile; echo '/bin/mark $$mark'; } > $(BENCH)/root/etc/profile
	$(quiet)find $(BENCH)/root -exec touch -h -d @0 {} +
	$(quiet)(cd $(BENCH)/root && find . | LC_ALL=C sort | \
	    cpio -o -H newc -R 0:0 --reproducible --quiet) | gzip -n -9 | cat $< - > $@

# Likewise, with a profile of its own.
$(BENCH)/%.cpio.gz: $(GUEST)/initrd.cpio.gz $(BENCH)/mark tests/bench/%.profile
	$(say) PACK $@
	$(quiet)rm -rf $(BENCH)/$* && mkdir -p $(BENCH)/$*/bin $(BENCH)/$*/etc
	$(quiet)cp $(BENCH)/mark $(BENCH)/$*/bin/
	$(quiet)cp tests/bench/$*.profile $(BENCH)/$*/etc/profile
	$(quiet)find $(BENCH)/$* -exec touch -h -d @0 {} +
	$(quiet)(cd $(BENCH)/$* && find . | LC_ALL=C sort | \
	    cpio -o -H newc -R 0:0 --reproducible --quiet) | gzip -n -9 | cat $< - > $@

$(BENCH)/%.dtb: tests/bench/%.dts tests/bench/bare.dtsi
	@mkdir -p $(@D)
	$(say) DTC $@
	$(quiet)dtc -q -I dts -O dtb -o $@ $<

$(BENCH)/seed.dtbo: tests/bench/seed.dtso
	@mkdir -p $(@D)
	$(say) DTC $@
	$(quiet)dtc -q -I dts -O dtb -o $@ $<

# bench-vm, bench-two, bench-restart
$(foreach system,vm two restart,$(eval $(call planned-image,\
    $(OUT)/$(BOARD)/bench-$(system).img,$(BOARD),tests/bench/$(system).yaml.in,$(BENCH)/initrd.cpio.gz,\
    $(BENCH)/seed.dtbo build/guest/Image)))

$(foreach system,channels channels-one-core,$(eval $(call planned-image,\
    $(OUT)/$(BOARD)/bench-$(system).img,$(BOARD),tests/bench/$(system).yaml.in,\
    $(BENCH)/channels.cpio.gz,$(BENCH)/seed.dtbo build/guest/Image)))

$(eval $(call planned-image,$(OUT)/$(BOARD)/bench-deadline.img,$(BOARD),tests/bench/deadline.yaml.in,\
    $(BENCH)/deadline.cpio.gz,$(BENCH)/seed.dtbo build/guest/Image $(EXAMPLE_PROGRAMS)))

.PHONY: do-bench
do-bench: $(BENCH_IMAGES) $(BENCH_FIGURES) build-bulkhead $(BENCH)/bare-$(BOARD).dtb kernel-bench irq-off
	$(if $(filter debug,$(BUILD)),$(error bench: only the release build is measured: leave BUILD out))
	@tests/bench/run $(BOARD) $(OUT)/$(BOARD) $(BENCH_FIGURES) build/bench.json
