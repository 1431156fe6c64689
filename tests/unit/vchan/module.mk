# SPDX-License-Identifier: BSD-2-Clause
# A channel's ends: what calls answer, two threads under the thread sanitizer, a fuzzed peer.
$(eval $(call unit-test,vchan,tests/unit/vchan/vchan.c $(VCHAN_SOURCES)))
$(eval $(call unit-test,vchan-text,tests/unit/vchan/text.c $(VCHAN_SOURCES)))

# The thread sanitizer cannot be together with the address sanitizer.
VCHAN_THREADS := $(UNIT)/vchan-threads
VCHAN_THREADS_SOURCES := tests/unit/vchan/threads.c $(VCHAN_SOURCES)

$(VCHAN_THREADS): $(VCHAN_THREADS_SOURCES) $(wildcard tests/unit/vchan/*.h libs/vchan/*.h) abi/vchan.h
	@mkdir -p $(@D)
	$(say) HOSTLD $@
	$(quiet)$(HOST_CC) $(filter-out -MMD -MP,$(HOST_CFLAGS)) -O1 -fsanitize=thread -Wno-tsan -pthread -o $@ \
	    $(VCHAN_THREADS_SOURCES)

$(eval $(call system-test,unit-vchan-threads,$(VCHAN_THREADS),$(VCHAN_THREADS),180))

# It includes vchan.c, with places to switch in it. Stacks of its own confuse the address sanitizer.
$(eval $(call unit-test,vchan-schedules,tests/unit/vchan/schedules.c libs/vchan/copy.c,\
    -fno-sanitize=address,-fno-sanitize=address))
