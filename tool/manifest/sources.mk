# SPDX-License-Identifier: BSD-2-Clause
# The manifest's reader: a library of the host's programs. Whoever links it links
# TOOL_MANIFEST_LIBRARIES too.

TOOL_MANIFEST_SOURCES := $(addprefix tool/manifest/,check.c complaints.c document.c find.c keys.c \
    map.c manifest.c nearest.c quantities.c reader.c schema.c shapes.c storage.c units.c values.c)
TOOL_MANIFEST_LIBRARIES := -lyaml
