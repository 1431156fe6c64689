# SPDX-License-Identifier: BSD-2-Clause
# The VMM's logic, on this machine with sanitizers: everything in it that makes no system call.
$(eval $(call unit-test,vmm-gic,tests/unit/vmm/gic.c tests/unit/vmm/fake_gicv.c \
    vmm/dev/gic.c vmm/dev/gicd.c vmm/bus/bus.c))
$(eval $(call unit-test,vmm-bells,tests/unit/vmm/bells.c tests/unit/vmm/fake_gicv.c vmm/dev/bells.c \
    vmm/dev/gic.c vmm/dev/gicd.c vmm/bus/bus.c))
$(eval $(call unit-test,vmm-pl011,tests/unit/vmm/pl011.c vmm/dev/pl011.c vmm/bus/bus.c))
$(eval $(call unit-test,vmm-terminal,tests/unit/vmm/terminal.c vmm/machine/terminal.c \
    $(VCHAN_SOURCES) $(addprefix vmm/, dev/pl011.c dev/gic.c dev/gicd.c bus/bus.c)))
VMM_EXITS := tests/unit/vmm/fake_vcpu.c $(addprefix vmm/, machine/exits.c arch/decode.c \
    arch/inject.c arch/sysreg.c arch/vcpu.c arch/walk.c bus/bus.c dev/gic.c dev/gicd.c dev/psci.c)
$(eval $(call unit-test,vmm-exits,tests/unit/vmm/exits.c $(VMM_EXITS)))
$(eval $(call unit-test,vmm-emulate,tests/unit/vmm/emulate.c $(VMM_EXITS)))
$(eval $(call unit-test,vmm-config,tests/unit/vmm/config.c $(addprefix vmm/machine/, \
    complaint.c config.c),,-lfdt))
$(eval $(call unit-test,vmm-image,tests/unit/vmm/image.c $(addprefix vmm/, machine/complaint.c \
    machine/image.c machine/unzip.c mem/copy.c),,-lz))
$(eval $(call unit-test,vmm-guest-dt,tests/unit/vmm/guest_dt.c $(addprefix vmm/, \
    machine/complaint.c machine/guest_dt.c mem/copy.c),,-lfdt))
$(eval $(call unit-test,vmm-seed,tests/unit/vmm/seed.c vmm/machine/seed.c))
