# SPDX-License-Identifier: BSD-2-Clause
# What a plan says: a library of the host's programs. Whoever links it links tool/image and -lfdt, too.

TOOL_SHOW_SOURCES := $(addprefix tool/show/,view.c reach.c device.c audit.c audit_text.c \
    audit_json.c json.c sum.c graph.c explain.c)
