/* XML replies as JSON, by expat. */

#include "asr_conf_api.h"

#include <expat.h>
#include <stdlib.h>


#define XML_MAX    ASR_CONF_JSON_MAX
#define NODES_MAX  100000                /* elements of one reply */


typedef struct {
    json_t              *value;          /* members met; NULL: none yet */
    char                *name;
    asr_conf_buf_t       text;
} xml_level_t;


typedef struct {
    XML_Parser           parser;
    xml_level_t          levels[ASR_CONF_DEPTH_MAX + 1];
    size_t               depth;          /* of what is open */
    size_t               nodes;
    json_t              *root;
    const char          *why;
} xml_read_t;


static void
stop(xml_read_t *x, const char *why)
{
    x->why = why;
    (void) XML_StopParser(x->parser, XML_FALSE);
}


static void XMLCALL
on_start(void *data, const XML_Char *name, const XML_Char **attrs)
{
    xml_read_t   *x;
    xml_level_t  *l;

    (void) attrs;

    x = data;

    if (x->depth == ASR_CONF_DEPTH_MAX || x->nodes == NODES_MAX) {
        stop(x, "too deep or too many elements");
        return;
    }

    x->nodes++;
    l = &x->levels[x->depth++];

    l->value = NULL;
    l->name = asr_conf_copy(name);
    asr_conf_buf_init(&l->text, XML_MAX);
}


/* A name met again makes a list of both. */

static void
add_member(xml_level_t *to, const char *name, json_t *v)
{
    json_t  *old, *list;

    if (to->value == NULL) {
        to->value = json_object();
    }

    old = json_object_get(to->value, name);

    if (old == NULL) {
        (void) json_object_set_new(to->value, name, v);

    } else if (json_is_array(old)) {
        (void) json_array_append_new(old, v);

    } else {
        list = json_array();
        (void) json_array_append(list, old);
        (void) json_array_append_new(list, v);
        (void) json_object_set_new(to->value, name, list);
    }
}


static void XMLCALL
on_end(void *data, const XML_Char *name)
{
    json_t       *v;
    xml_read_t   *x;
    xml_level_t  *l;

    (void) name;

    x = data;

    if (x->depth == 0) {
        return;
    }

    l = &x->levels[--x->depth];

    v = l->value != NULL ? l->value
        : json_stringn(l->text.data == NULL ? "" : l->text.data, l->text.len);

    if (v == NULL) {
        v = json_null();
    }

    if (x->depth == 0) {
        json_decref(x->root);
        x->root = v;

    } else {
        add_member(&x->levels[x->depth - 1], l->name, v);
    }

    free(l->name);
    asr_conf_buf_free(&l->text);
}


static void XMLCALL
on_text(void *data, const XML_Char *p, int n)
{
    xml_read_t  *x;

    x = data;

    if (x->depth != 0 && n > 0) {
        asr_conf_buf_add(&x->levels[x->depth - 1].text, p, (size_t) n);
    }
}


/* No reply needs a document type; entities that grow need one. */

static void XMLCALL
on_doctype(void *data, const XML_Char *name, const XML_Char *sysid,
    const XML_Char *pubid, int subset)
{
    (void) name;
    (void) sysid;
    (void) pubid;
    (void) subset;

    stop(data, "a document type");
}


json_t *
asr_conf_xml_read(const char *p, size_t n, char *err, size_t errlen)
{
    json_t      *root;
    xml_read_t  *x;

    if (n > XML_MAX) {
        (void) snprintf(err, errlen, "more than %u bytes", XML_MAX);
        return NULL;
    }

    x = asr_conf_alloc(sizeof(*x));
    x->parser = XML_ParserCreate("UTF-8");

    if (x->parser == NULL) {
        asr_conf_die("no memory");
    }

    XML_SetUserData(x->parser, x);
    XML_SetElementHandler(x->parser, on_start, on_end);
    XML_SetCharacterDataHandler(x->parser, on_text);
    XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);

    root = NULL;

    if (XML_Parse(x->parser, p, (int) n, 1) == XML_STATUS_OK) {
        root = x->root;

    } else {
        json_decref(x->root);
        (void) snprintf(err, errlen, "XML, line %lu: %s",
                        (unsigned long) XML_GetCurrentLineNumber(x->parser),
                        x->why != NULL ? x->why
                        : XML_ErrorString(XML_GetErrorCode(x->parser)));
    }

    while (x->depth != 0) {
        x->depth--;
        json_decref(x->levels[x->depth].value);
        free(x->levels[x->depth].name);
        asr_conf_buf_free(&x->levels[x->depth].text);
    }

    XML_ParserFree(x->parser);
    free(x);

    return root;
}
