/*
 * Word lists.  They are of what people say, so of contractions and slips of
 * the tongue too; a word may be in several.
 */

#include "asr_text_int.h"


static const struct {
    uint32_t     bits;
    const char  *words;
} asr_text_lists[] = {

    { ASR_W_DANGLING | ASR_W_NO_COMMA,
      "of to from into onto upon than per via toward towards" },

    { ASR_W_DANGLING,
      "a an the and or but nor if because although though unless until while "
      "whether as at by for with within without against among between during "
      "through throughout beneath beside besides despite except regarding "
      "my your his our their its whose every each very quite rather such "
      "i'm you're we're they're he's she's i've you've we've they've "
      "i'd you'd he'd she'd we'd they'd i'll you'll he'll she'll we'll "
      "they'll "
      "who's what's where's let's that's there's it's "
      "is am are was were be been being has had having "
      "will would shall should can could may might must cannot "
      "which whereas i he she we they mr mrs ms dr" },

    { ASR_W_STARTER,
      "i he she it we they you there this these so but well now then "
      "however therefore meanwhile moreover furthermore finally also "
      "yes no yeah okay what how why where when who i'm i've i'll i'd it's "
      "he's she's we're they're that's there's let's you're maybe perhaps "
      "please thanks hello hi" },

    { ASR_W_JOINER | ASR_W_NO_COMMA,
      "of to than that from into upon ago" },

    { ASR_W_JOINER,
      "and or which who whom whose for with by at in on as because until "
      "while without within during among through is was are were" },

    { ASR_W_LEAD,
      "so and but well okay oh ah now then yes no yeah right hey um uh "
      "because anyway" },

    { ASR_W_WHOLE,
      "yes no yeah yep nope okay ok right sure thanks hello hi hey bye "
      "goodbye exactly absolutely really please sorry good great what why "
      "how who where when welcome indeed stop wait" },

    { ASR_W_AUX,
      "is are was were do does did can could will would should shall am "
      "isn't aren't wasn't weren't don't doesn't didn't can't couldn't "
      "won't wouldn't shouldn't haven't hasn't hadn't ain't" },

    { ASR_W_AUX_MAYBE,
      "have has may might must" },

    { ASR_W_TAG,
      "isn't aren't wasn't weren't don't doesn't didn't can't couldn't "
      "won't wouldn't shouldn't haven't hasn't hadn't ain't" },

    { ASR_W_SUBJECT | ASR_W_PRONOUN,
      "i you he she it we they there anyone anybody everyone everybody "
      "someone somebody" },

    { ASR_W_SUBJECT,
      "this that these those the my your his her our their a an any some "
      "anything everything something" },

    { ASR_W_WH, "what where when why how who whom which whose" },

    { ASR_W_WH_IS,
      "what's where's when's why's how's who's what're where're who're "
      "what'll who'll who'd what'd how'd where'd" },

    { ASR_W_HOW, "many much long old far often come about fast big soon" },

    { ASR_W_FILLER | ASR_W_FILLER2,
      "uh um er erm ah hm hmm mm mhm uhm umm uhh eh" },

    { ASR_W_FILLER2, "oh ooh aah huh uh-huh mm-hmm" },

    { ASR_W_DIRTY,
      "fuck fucks fucked fucker fuckers fucking fuckin motherfucker "
      "motherfuckers motherfucking fuckhead fuckup "
      "shit shits shitty shitting shithead shitheads bullshit horseshit "
      "dipshit shithole "
      "ass asses asshole assholes jackass dumbass smartass badass "
      "bitch bitches bitching bitchy bastard bastards "
      "damn damned damning dammit damnit goddamn goddamned goddammit "
      "dickhead dickheads cocksucker cocksuckers cunt cunts twat twats pussy "
      "pussies tits titties "
      "piss pissed pisses pissing crap crappy crapped "
      "whore whores slut sluts slutty wanker wankers wank bollocks bugger "
      "buggers arse arsehole arseholes "
      "fag fags faggot faggots nigger niggers nigga niggas spic spics kike "
      "kikes" },

    { ASR_W_TWICE,
      "had that bye ha no yes very zero one two three four five six seven "
      "eight nine ten double oh" },

    { ASR_W_CAPITAL,
      "i i'm i'd i'll i've tv ok uk un eu pc dj fm dr mr mrs ms st al ed jo" },

    { ASR_W_NO_NAME,
      "com geo eco hon del las los bic tut sui des dec er er's que sec "
      "ala ara ava hal abc's int" },
};


asr_err_t
asr_text_lexicon(asr_words_t *lexicon)
{
    size_t     i;
    asr_err_t  rc;

    rc = ASR_OK;

    for (i = 0; i < asr_nelts(asr_text_lists) && rc == ASR_OK; i++) {
        rc = asr_words_add_list(lexicon, asr_text_lists[i].words,
                                asr_text_lists[i].bits);
    }

    return rc;
}


uint32_t
asr_text_bits(const asr_text_t *t, asr_str_t word)
{
    return asr_words_find(&t->lexicon, word, NULL);
}
