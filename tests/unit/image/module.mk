# SPDX-License-Identifier: BSD-2-Clause
# Boot image, its parts and the device trees it meets, on this machine.

IMAGE_TESTS := tests/unit/image/

$(eval $(call unit-test,linux-image,$(IMAGE_TESTS)linux_image.c))
$(eval $(call unit-test,payload,$(IMAGE_TESTS)payload.c tool/image/payload.c tool/image/bytes.c))
$(eval $(call unit-test,boot-image,$(IMAGE_TESTS)boot_image.c loader/image.c \
    $(addprefix tool/image/,bytes.c program.c payload.c image.c)))
$(eval $(call unit-test,loader-machine,$(IMAGE_TESTS)machine.c $(IMAGE_TESTS)blob.c \
    loader/machine.c loader/fdt.c))
$(eval $(call unit-test,loader-layout,$(IMAGE_TESTS)layout.c loader/layout.c loader/image.c))
