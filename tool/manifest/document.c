/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A YAML file as a tree. Stands on libyaml. Three passes, each of which may rely on the one before:
 * the bytes are text; the events are those of one plain document; then libyaml builds the tree.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/manifest/document.h"
#include "tool/manifest/storage.h"

#define DIRECTIVE "a line that begins with '%', which a manifest has no use for: take it out"
#define TAG       "a tag (it begins with '!'), which a manifest has no use for: take it out"
#define EMPTY     "the manifest is empty: give it a 'board' and at least one VM under 'vms'"

struct place document_place(yaml_mark_t mark)
{
    return (struct place){(unsigned)mark.line + 1, (unsigned)mark.column + 1};
}

/* ---- the file ---- */

/* A FIFO that nobody writes to is empty: nobody waits for it. What somebody writes is waited
 * for. */
static FILE *open_file(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    FILE *file = NULL;

    if (descriptor >= 0 && fcntl(descriptor, F_SETFL, O_RDONLY) == 0)
        file = fdopen(descriptor, "rb");
    if (descriptor >= 0 && file == NULL)
        close(descriptor);
    return file;
}

bool document_read(const char *path, unsigned char **data, size_t *size,
                   struct complaints *complaints)
{
    const struct place nowhere = {0, 0};
    FILE *file = open_file(path);
    int error;

    if (file == NULL)
        return complain_at(complaints, nowhere,
                           "cannot be opened (%s): give the path of a manifest that exists",
                           strerror(errno));
    *data = malloc(DOCUMENT_SIZE_MAX + 1);
    if (*data == NULL)
        storage_exhausted();
    *size = fread(*data, 1, DOCUMENT_SIZE_MAX + 1, file);
    error = ferror(file) ? errno : 0;
    fclose(file);
    if (error == 0)
        return true;
    free(*data);
    return complain_at(complaints, nowhere,
                       "cannot be read (%s): give the path of a manifest's file", strerror(error));
}

/* ---- the bytes ---- */

/* Decodes one character; 0 bytes long if it is none. */
static unsigned decode(const unsigned char *at, size_t left, uint32_t *character)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned length = at[0] < 0x80             ? 1
                      : (at[0] & 0xe0) == 0xc0 ? 2
                      : (at[0] & 0xf0) == 0xe0 ? 3
                      : (at[0] & 0xf8) == 0xf0 ? 4
                                               : 0;

    if (length == 0 || length > left)
        return 0;
    *character = length == 1 ? at[0] : at[0] & (0x7fu >> length);
    for (unsigned i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        *character = *character << 6 | (at[i] & 0x3f);
    }
    if (*character < least[length] || *character > 0x10ffff ||
        (*character >= 0xd800 && *character < 0xe000))
        return 0;
    return length;
}

/* What YAML takes in a file (YAML 1.1, 5.1), but for byte order marks within it. */
static bool is_printable(uint32_t character)
{
    return character == '\t' || character == '\n' || character == '\r' ||
           (character >= 0x20 && character < 0x7f) || character == 0x85 ||
           (character >= 0xa0 && character != 0xfeff && character != 0xfffe && character != 0xffff);
}

/* Where libyaml begins a new line. */
static bool is_break(uint32_t character, const unsigned char *next, const unsigned char *end)
{
    if (character == '\r')
        return next == end || *next != '\n'; /* else the pair is one break */
    return character == '\n' || character == 0x85 || character == 0x2028 || character == 0x2029;
}

/* %TAG lines have no use without tags, and libyaml compares each with all before it. */
static bool is_directive(const unsigned char *at, size_t left)
{
    return at[0] == '%' && (left < 5 || memcmp(at, "%YAML", 5) != 0);
}

static bool check_text(const struct source *source, struct complaints *complaints)
{
    const unsigned char *at = source->data, *end = source->data + source->size;
    struct place place = {1, 1};

    while (at < end) {
        uint32_t character = 0;
        unsigned length = decode(at, (size_t)(end - at), &character);

        if (length == 0)
            return complain_at(complaints, place,
                               "the byte 0x%02x here is not UTF-8: save the file as UTF-8", *at);
        if (!is_printable(character))
            return complain_at(complaints, place,
                               "there is a control character here, U+%04X: take it out", character);
        if (place.column == 1 && is_directive(at, (size_t)(end - at)))
            return complain_at(complaints, place, "%s", DIRECTIVE);
        at += length;
        place.column++;
        if (is_break(character, at, end))
            place = (struct place){place.line + 1, 1};
    }
    return true;
}

/* ---- the events ---- */

/* What libyaml says in its own terms, as sentences. Some faults show far from where they were made:
 * those are told at the context, what libyaml was in the middle of. With AT_BOTH the sentence is a
 * remedy alone. */
enum told_at { AT_PROBLEM, AT_CONTEXT, AT_BOTH };

#define INDENTATION                                                                     \
    "what is here has no place: indent the keys of one mapping, or the entries of one " \
    "list, alike, and close what was opened"

static const struct {
    const char *problem;
    enum told_at told_at;
    const char *sentence;
} PROBLEMS[] = {
    {"mapping values are not allowed in this context", AT_PROBLEM,
     "a ':' that cannot stand here: check the indentation and that the line above has its ':', or "
     "put "
     "the value in quotes"},
    {"could not find expected ':'", AT_CONTEXT,
     "this line has no ':' behind its key: write 'KEY: VALUE'"},
    {"did not find expected key", AT_PROBLEM, INDENTATION},
    {"did not find expected '-' indicator", AT_PROBLEM, INDENTATION},
    {"did not find expected ',' or ']'", AT_BOTH,
     "put a ',' between its entries and a ']' behind them"},
    {"did not find expected ',' or '}'", AT_BOTH,
     "put a ',' between its entries and a '}' behind "
     "them"},
    {"found unexpected end of stream", AT_CONTEXT,
     "the quote that begins here is never closed: close it"},
    {"found unexpected document indicator", AT_CONTEXT,
     "the quote that begins here is never closed: close it"},
    {"block sequence entries are not allowed in this context", AT_PROBLEM,
     "a list cannot begin here: begin it on a line of its own"},
    {"mapping keys are not allowed in this context", AT_PROBLEM,
     "a '?' that cannot stand here: put the value in quotes"},
    {"did not find expected node content", AT_PROBLEM,
     "a key or a value is missing here: write it, or take the ',' or ':' out"},
    {"did not find expected <document start>", AT_PROBLEM,
     "the manifest ends before this: take out the line '...' above, or the brackets around all "
     "that "
     "is above"},
    {"found unknown escape character", AT_PROBLEM,
     "an escape that YAML does not know: double the backslash, or use single quotes"},
    {"did not find expected hexdecimal number", AT_PROBLEM,
     "an escape without its hexadecimal digits: double the backslash, or use single quotes"},
    {"found invalid Unicode character escape code", AT_PROBLEM,
     "an escape for a character that there is not: double the backslash, or use single quotes"},
    {"found a tab character where an indentation space is expected", AT_PROBLEM,
     "a tab where blanks must be: indent with blanks"},
    {"found a tab character that violates indentation", AT_PROBLEM,
     "a tab where blanks must be: indent with blanks"},
    {"found incompatible YAML document", AT_PROBLEM, DIRECTIVE},
    {"found duplicate %YAML directive", AT_PROBLEM, DIRECTIVE},
    {"found undefined tag handle", AT_PROBLEM, TAG},
};

/* libyaml counts characters, and the text was found to be made of them. 0 at the end. */
static unsigned char byte_at(const struct source *source, yaml_mark_t mark)
{
    size_t at = 0;
    uint32_t ignored;

    for (size_t i = 0; i < mark.index && at < source->size; i++)
        at += decode(source->data + at, source->size - at, &ignored);
    return at < source->size ? source->data[at] : 0;
}

static bool complain_of_yaml(const yaml_parser_t *parser, const struct source *source,
                             struct complaints *complaints)
{
    struct place place = document_place(parser->problem_mark);
    unsigned char byte = byte_at(source, parser->problem_mark);

    if (parser->error == YAML_MEMORY_ERROR)
        storage_exhausted();
    if (parser->error == YAML_SCANNER_ERROR && byte == '\t')
        return complain_at(complaints, place, "a tab where blanks must be: indent with blanks");
    for (size_t i = 0; i < sizeof(PROBLEMS) / sizeof(PROBLEMS[0]); i++) {
        if (strcmp(parser->problem, PROBLEMS[i].problem) != 0)
            continue;
        if (PROBLEMS[i].told_at == AT_BOTH)
            return complain_at(complaints, place, "what begins in line %zu goes wrong here: %s",
                               parser->context_mark.line + 1, PROBLEMS[i].sentence);
        if (PROBLEMS[i].told_at == AT_CONTEXT)
            place = document_place(parser->context_mark);
        return complain_at(complaints, place, "%s", PROBLEMS[i].sentence);
    }
    if (strcmp(parser->problem, "found character that cannot start any token") == 0)
        return complain_at(complaints, place,
                           "a value cannot begin with '%c': put the value in quotes", byte);
    return complain_at(complaints, place, "this is no YAML (%s): compare it with an example",
                       parser->problem);
}

struct events {
    unsigned depth;
    unsigned documents;
};

static bool check_properties(const yaml_char_t *anchor, const yaml_char_t *tag, struct place place,
                             struct complaints *complaints)
{
    if (anchor != NULL)
        return complain_at(
            complaints, place,
            "an anchor ('&%.40s'), which a manifest has no use for: take it out, and "
            "write the value where it is used",
            anchor);
    if (tag != NULL)
        return complain_at(complaints, place, "%s", TAG);
    return true;
}

static bool check_open(struct events *events, const yaml_char_t *anchor, const yaml_char_t *tag,
                       struct place place, struct complaints *complaints)
{
    if (!check_properties(anchor, tag, place, complaints))
        return false;
    if (++events->depth > DOCUMENT_DEPTH_MAX)
        return complain_at(
            complaints, place,
            "lists and mappings nested more than %d deep: nothing in a manifest needs "
            "that, close some",
            DOCUMENT_DEPTH_MAX);
    return true;
}

static bool check_event(struct events *events, const yaml_event_t *event,
                        struct complaints *complaints)
{
    struct place place = document_place(event->start_mark);

    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (++events->documents > 1)
            return complain_at(complaints, place,
                               "a second document begins here: a manifest is one, so take out the "
                               "line '---' or '...'");
        return true;
    case YAML_ALIAS_EVENT:
        return complain_at(complaints, place,
                           "an alias ('*%.40s'), which a manifest has no use for: write the value "
                           "itself",
                           event->data.alias.anchor);
    case YAML_SCALAR_EVENT:
        return check_properties(event->data.scalar.anchor, event->data.scalar.tag, place,
                                complaints);
    case YAML_SEQUENCE_START_EVENT:
        return check_open(events, event->data.sequence_start.anchor, event->data.sequence_start.tag,
                          place, complaints);
    case YAML_MAPPING_START_EVENT:
        return check_open(events, event->data.mapping_start.anchor, event->data.mapping_start.tag,
                          place, complaints);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        events->depth--;
        return true;
    default:
        return true;
    }
}

static void start(yaml_parser_t *parser, const struct source *source)
{
    if (!yaml_parser_initialize(parser))
        storage_exhausted();
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(parser, source->data, source->size);
}

static bool check_events(const struct source *source, struct complaints *complaints)
{
    struct events events = {0, 0};
    yaml_parser_t parser;
    bool more = true, good = true;

    start(&parser, source);
    while (good && more) {
        yaml_event_t event;

        if (!yaml_parser_parse(&parser, &event)) {
            good = complain_of_yaml(&parser, source, complaints);
        } else {
            good = check_event(&events, &event, complaints);
            more = event.type != YAML_STREAM_END_EVENT;
            yaml_event_delete(&event);
        }
    }
    yaml_parser_delete(&parser);
    if (good && events.documents == 0)
        return complain_at(complaints, (struct place){1, 1}, EMPTY);
    return good;
}

/* ---- the tree ---- */

/* A document of nothing but '---' is one empty word. */
static bool is_empty(yaml_document_t *document)
{
    yaml_node_t *root = yaml_document_get_root_node(document);

    return root == NULL || (root->type == YAML_SCALAR_NODE && root->data.scalar.length == 0);
}

static bool build(yaml_document_t *document, const struct source *source,
                  struct complaints *complaints)
{
    yaml_parser_t parser;
    bool good;

    start(&parser, source);
    good = yaml_parser_load(&parser, document);
    if (!good)
        complain_of_yaml(&parser, source, complaints);
    yaml_parser_delete(&parser);
    return good;
}

/* Without the byte order mark that some editors put in front. */
static struct source skip_mark(const struct source *source)
{
    bool marked = source->size >= 3 && memcmp(source->data, "\xef\xbb\xbf", 3) == 0;
    size_t skipped = marked ? 3 : 0;

    return (struct source){source->data + skipped, source->size - skipped};
}

bool document_load(yaml_document_t *document, const struct source *source,
                   struct complaints *complaints)
{
    struct source text;

    if (source->size > DOCUMENT_SIZE_MAX)
        return complain_at(
            complaints, (struct place){0, 0},
            "is larger than 1 MiB, which no manifest needs to be: give the path of a "
            "manifest");
    text = skip_mark(source);
    if (!check_text(&text, complaints) || !check_events(&text, complaints) ||
        !build(document, &text, complaints))
        return false;
    if (!is_empty(document))
        return true;
    yaml_document_delete(document);
    return complain_at(complaints, (struct place){1, 1}, EMPTY);
}
