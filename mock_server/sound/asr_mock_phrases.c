/*
 * Sentences of templates: in them %n is a noun, %p a plural, %a an adjective,
 * %v a verb of the past, %b a bare verb, %m a name, %d a day, %l a
 * place, %q a number.
 */

#include "asr_mock_phrases.h"


#define ASR_MOCK_PHRASE_TRIES  8

static const char  *asr_mock_nouns[] = {
    "meeting", "report", "project", "letter", "garden", "window", "table",
    "story", "picture", "question", "answer", "problem", "idea", "plan",
    "book", "train", "kitchen", "market", "boat", "chair", "menu", "invitation",
    "breakfast", "dinner", "coffee", "bread", "cake", "price", "budget",
    "contract", "invoice", "schedule", "ticket", "message", "phone",
    "computer", "camera", "engine", "bridge", "road", "house", "door", "key",
    "lamp", "paper", "box", "map", "song", "film", "game", "bag", "clock",
    "piano", "radio", "recipe", "sign", "wall", "roof", "shirt", "cup",
    "card", "list"
};

static const char  *asr_mock_plurals[] = {
    "results", "numbers", "letters", "photos", "documents", "flowers",
    "apples", "boats", "shops", "rooms", "details", "changes", "tests",
    "orders", "tools", "notes", "stories", "cards", "bags", "keys", "plates",
    "maps", "songs", "chairs", "pages", "boxes"
};

static const char  *asr_mock_adjectives[] = {
    "good", "small", "large", "new", "old", "quiet", "bright", "simple",
    "useful", "heavy", "light", "warm", "cold", "early", "late", "long",
    "short", "clear", "open", "easy", "important", "interesting", "careful",
    "ready", "busy", "green", "white", "red", "strong", "fresh"
};

static const char  *asr_mock_pasts[] = {
    "found", "saw", "made", "sent", "brought", "read", "wrote", "opened",
    "closed", "moved", "changed", "checked", "finished", "started", "bought",
    "sold", "built", "cleaned", "described", "explained", "remembered",
    "missed", "liked", "needed", "kept"
};

static const char  *asr_mock_verbs[] = {
    "find", "see", "make", "send", "bring", "read", "write", "open", "close",
    "move", "change", "check", "finish", "start", "buy", "build", "clean",
    "explain", "remember", "keep", "use", "try"
};

static const char  *asr_mock_people[] = {
    "Anna", "Peter", "Maria", "David", "Laura", "Thomas", "Susan", "Robert",
    "Helen", "Martin", "Julia", "Daniel", "Emma", "George", "Alice", "Paul"
};

static const char  *asr_mock_days[] = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    "Sunday"
};

static const char  *asr_mock_places[] = {
    "office", "station", "library", "hotel", "airport", "school", "park",
    "city", "harbour", "museum", "restaurant", "hospital", "factory",
    "theatre", "workshop", "square"
};

static const char  *asr_mock_counts[] = {
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "twelve", "twenty", "thirty", "fifty"
};

static const struct {
    char          slot;
    size_t        n;
    const char  **words;
} asr_mock_slots[] = {
    { 'n', asr_nelts(asr_mock_nouns), asr_mock_nouns },
    { 'p', asr_nelts(asr_mock_plurals), asr_mock_plurals },
    { 'a', asr_nelts(asr_mock_adjectives), asr_mock_adjectives },
    { 'v', asr_nelts(asr_mock_pasts), asr_mock_pasts },
    { 'b', asr_nelts(asr_mock_verbs), asr_mock_verbs },
    { 'm', asr_nelts(asr_mock_people), asr_mock_people },
    { 'd', asr_nelts(asr_mock_days), asr_mock_days },
    { 'l', asr_nelts(asr_mock_places), asr_mock_places },
    { 'q', asr_nelts(asr_mock_counts), asr_mock_counts },
};


/* The first ones fit wherever there is room for a word. */

static const char  *asr_mock_templates[] = {
    "Yes.", "Right.", "Okay.", "Exactly.", "Good.",
    "Thank you.", "Of course.", "I see.", "Not yet.", "Sounds good.",
    "That is right.", "Let us begin.", "We can wait.", "I understand, %m.",
    "%m %v it.", "That is %a.",
    "The %n is %a.", "%m %v the %n.", "Where is the %l?", "I need %q %p.",
    "We are almost ready.", "See you at the %l.",
    "Did you see the %n?", "The %p are %a now.", "I will call %m again.",
    "Can we %b the %n?", "Please %b the %a %n.",
    "%m %v a %a %n there.", "We have %q %p for you.",
    "Is there a %n in the %l?", "The %n was %a and %a.",
    "I think that %m %v it.",
    "%m said that the %n is %a.", "We %v the %p in the %l.",
    "Could you %b the %p with me?", "They %v %q %p at the %l.",
    "The %n that %m %v was very %a.", "It takes about %q hours to %b it.",
    "If the %n is %a, we can %b it.", "%m and %m %v the %a %n there.",
    "Our %n is in the %l near the %n.",
    "I do not know why %m %v the %n.",
    "First we %v the %n, and then the %p.",
    "There were %q %p in the %l this morning.",
    "The %a %n that %m %v is not here.",
    "I would like to %b the %n before the weekend.",
    "When %m came to the %l, the %n was %a.",
    "It was a %a %n, but the %p were very %a.",
    "We should %b the %n and tell %m about the %p.",
    "Do you remember the %a %n that we %v last year?",
    "My %n is %a, so I will %b another one next week.",
    "After the %n we went to the %l and %v some %a %p.",
    "The %p from the %l will be here in %q or %q days.",
    "%m asked me to %b the %n, because the %n was not %a.",
    "As far as I know, the %n costs about %q pounds in the %l.",
    "The %n is on %d, and the %p must be %a before that.",
    "We will talk about the %n again when %m is back from the %l.",
};

/* What is heard in a word's place; few of these are in the lists above. */

static const char  *asr_mock_strays[] = {
    "about", "again", "almost", "always", "among", "animal", "arrive",
    "autumn", "balance", "basket", "because", "before", "below", "between",
    "bottle", "button", "candle", "carpet", "certain", "change", "circle",
    "corner", "cotton", "county", "danger", "desert", "double", "during",
    "eastern", "either", "empty", "enough", "evening", "every", "farmer",
    "father", "figure", "finger", "follow", "forest", "forward", "further",
    "gather", "gentle", "golden", "ground", "handle", "happen", "harvest",
    "history", "honest", "island", "jacket", "journey", "ladder", "language",
    "leather", "level", "listen", "little", "manner", "matter", "measure",
    "metal", "middle", "minute", "mirror", "mountain", "music", "narrow",
    "nature", "needle", "never", "northern", "notice", "number", "object",
    "ocean", "orange", "order", "outside", "parcel", "party", "pattern",
    "pencil", "pepper", "perfect", "planet", "pocket", "practice", "present",
    "promise", "purple", "quarter", "quickly", "rather", "reason", "record",
    "region", "remain", "return", "rocket", "saddle", "sample", "second",
    "secret", "shadow", "shoulder", "signal", "silver", "single", "sister",
    "slowly", "southern", "spirit", "spring", "stable", "stairs", "station",
    "stream", "sugar", "sudden", "surface", "system", "temple", "thunder",
    "timber", "toward", "travel", "under", "valley", "velvet", "vessel",
    "wagon", "water", "weather", "welcome", "western", "wheel", "whether",
    "window", "within", "wonder", "wooden", "yellow"
};

static const char  *asr_mock_fillers[] = {
    "uh", "um", "well", "so", "and", "the", "like", "just", "then", "really",
    "actually", "maybe", "now", "also", "there"
};


static size_t asr_mock_template_words(const char *t);
static const char *asr_mock_template(asr_mock_random_t *r, size_t room);
static asr_str_t asr_mock_slot(asr_mock_random_t *r, char slot);


asr_str_t
asr_mock_stray(asr_mock_random_t *r)
{
    return asr_cstr(asr_mock_strays[asr_mock_below(r,
                                        asr_nelts(asr_mock_strays))]);
}


asr_str_t
asr_mock_filler(asr_mock_random_t *r)
{
    return asr_cstr(asr_mock_fillers[asr_mock_below(r,
                                         asr_nelts(asr_mock_fillers))]);
}


static size_t
asr_mock_template_words(const char *t)
{
    size_t  n;

    for (n = 1; *t != '\0'; t++) {
        n += *t == ' ';
    }

    return n;
}


static const char *
asr_mock_template(asr_mock_random_t *r, size_t room)
{
    size_t       i, n, start;
    const char  *t;

    n = asr_nelts(asr_mock_templates);
    t = asr_mock_templates[0];

    for (i = 0; i < ASR_MOCK_PHRASE_TRIES; i++) {
        t = asr_mock_templates[asr_mock_below(r, n)];

        if (asr_mock_template_words(t) <= room) {
            return t;
        }
    }

    /* The long ones are at the end: down to the first that fits. */

    start = asr_mock_below(r, n);

    for (i = 0; i < n; i++) {
        t = asr_mock_templates[(start + n - i) % n];

        if (asr_mock_template_words(t) <= room) {
            break;
        }
    }

    return t;
}


static asr_str_t
asr_mock_slot(asr_mock_random_t *r, char slot)
{
    size_t  i;

    for (i = 0; asr_mock_slots[i].slot != slot; i++) {
        /* void */
    }

    return asr_cstr(asr_mock_slots[i].words[asr_mock_below(r,
                                                asr_mock_slots[i].n)]);
}


/* Templates begin with a capital or a name: nothing has to be copied. */

size_t
asr_mock_phrase(asr_mock_random_t *r, size_t room, asr_word_t *words)
{
    size_t       n;
    asr_str_t    rest, token;
    asr_word_t  *w;

    rest = asr_cstr(asr_mock_template(r, room));

    for (n = 0; rest.data != NULL; n++) {
        token = asr_str_cut(&rest, ' ');
        w = &words[n];
        memset(w, 0, sizeof(asr_word_t));

        if (strchr(".,?", token.data[token.len - 1]) != NULL) {
            token.len--;
            w->tail = (asr_str_t) { 1, token.data + token.len };
        }

        w->text = token.data[0] == '%' ? asr_mock_slot(r, token.data[1])
                                       : token;

        if (n != 0 && asr_str_eq(words[n - 1].text, asr_str("a"))
            && strchr("aeio", w->text.data[0]) != NULL)
        {
            words[n - 1].text = asr_str("an");
        }
    }

    return n;
}
