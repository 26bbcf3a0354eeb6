/*
 * Spoken and written: what is made digits, and what has to stay in words.
 * Each with the switch on and off.
 */

#include "numbers_unit.h"


typedef struct {
    const char  *spoken;
    const char  *written;
} pair_t;


static const pair_t  pairs[] = {

    /* cardinals */

    { "eleven", "11" },
    { "twenty three", "23" },
    { "twenty-three", "23" },
    { "ninety nine", "99" },
    { "one hundred", "100" },
    { "one hundred and five", "105" },
    { "one hundred five", "105" },
    { "a hundred and fifty", "150" },
    { "five hundred eleven", "511" },
    { "nine hundred and ninety nine", "999" },
    { "one thousand", "1000" },
    { "a thousand two hundred", "1200" },
    { "one thousand one hundred and eleven", "1111" },
    { "twelve hundred", "1200" },
    { "twenty five hundred", "2500" },
    { "nine thousand nine hundred", "9900" },
    { "ten thousand", "10,000" },
    { "one hundred thousand", "100,000" },
    { "two hundred and fifty thousand", "250,000" },
    { "one hundred twenty three thousand four hundred fifty six", "123,456" },
    { "five million two", "5,000,002" },
    { "one million two hundred thousand", "1,200,000" },
    { "one million", "1 million" },
    { "three hundred million", "300 million" },
    { "a hundred and fifty million", "150 million" },
    { "two billion", "2 billion" },
    { "one billion two hundred million", "1,200,000,000" },
    { "six trillion", "6 trillion" },
    { "ninety seven quadrillion", "97 quadrillion" },
    { "nine hundred ninety nine trillion nine hundred ninety nine billion "
      "nine hundred ninety nine million nine hundred ninety nine thousand "
      "nine hundred ninety nine",
      "999,999,999,999,999" },
    { "between one hundred and two hundred", "between 100 and 200" },
    { "between one thousand and two thousand", "between 1000 and 2000" },
    { "twenty one twenty two", "21 22" },
    { "five hundred twenty thirty", "520 30" },
    { "two hundred three hundred", "200 300" },
    { "i want one hundred of them", "i want 100 of them" },
    { "the other forty two people", "the other 42 people" },
    { "sixty five million years ago", "65 million years ago" },
    { "four score and twenty years", "four score and 20 years" },
    { "one hundred and one of them", "100 and one of them" },

    /* ordinals */

    { "tenth", "10th" },
    { "eleventh hour", "11th hour" },
    { "twelfth", "12th" },
    { "thirteenth", "13th" },
    { "twenty first", "21st" },
    { "twenty-first", "21st" },
    { "twenty second", "22nd" },
    { "twenty third", "23rd" },
    { "thirtieth", "30th" },
    { "the twenty first century", "the 21st century" },
    { "the forty ninth parallel", "the 49th parallel" },
    { "one hundred and eleventh", "111th" },
    { "one hundred and twenty third", "123rd" },
    { "the one hundred and first airborne", "the 101st airborne" },
    { "six hundred and seventy third", "673rd" },
    { "two thousandth", "2000th" },
    { "the one hundredth time", "the 100th time" },
    { "the fifteenth century", "the 15th century" },
    { "a twenty second delay", "a 20 second delay" },

    /* decimals */

    { "twenty three point five", "23.5" },
    { "three point one four one five nine", "3.14159" },
    { "three point fourteen", "3.14" },
    { "one point two five", "1.25" },
    { "zero point five", "0.5" },
    { "naught point two five", "0.25" },
    { "nought point one", "0.1" },
    { "oh point five", "0.5" },
    { "point zero five", "0.05" },
    { "point five", "0.5" },
    { "point two five percent", "0.25%" },
    { "zero point zero zero one", "0.001" },
    { "one hundred point five", "100.5" },
    { "two point oh", "2.0" },
    { "two point five million", "2.5 million" },
    { "one point five percent", "1.5%" },
    { "minus two point five", "-2.5" },

    /* years and decades */

    { "nineteen ninety seven", "1997" },
    { "nineteen ninety-seven", "1997" },
    { "nineteen oh five", "1905" },
    { "nineteen hundred", "1900" },
    { "nineteen hundred and five", "1905" },
    { "eighteen hundred", "1800" },
    { "eighteen hundred and twelve", "1812" },
    { "seventeen seventy six", "1776" },
    { "fourteen fifty five", "1455" },
    { "ten sixty six", "1066" },
    { "in twelve fifteen", "in 1215" },
    { "in ten fifteen", "in 1015" },
    { "twenty twenty four", "2024" },
    { "twenty ten", "2010" },
    { "twenty oh nine", "2009" },
    { "two thousand", "2000" },
    { "two thousand and one", "2001" },
    { "two thousand nineteen", "2019" },
    { "in twenty one twelve", "in 2112" },
    { "between nineteen fourteen and nineteen eighteen",
      "between 1914 and 1918" },
    { "the nineteen nineties", "the 1990s" },
    { "the nineteen hundreds", "the 1900s" },
    { "the eighteen hundreds", "the 1800s" },
    { "the two thousands", "the 2000s" },
    { "twenty twenties", "2020s" },
    { "the twenties", "the 20s" },
    { "the early nineties", "the early 90s" },
    { "in his seventies", "in his 70s" },
    { "the nineteen sixties and seventies", "the 1960s and 70s" },

    /* dates */

    { "may fifth nineteen forty five", "may 5, 1945" },
    { "june five two thousand and one", "june 5, 2001" },
    { "june twenty twenty four", "june 2024" },
    { "june nineteen ninety seven", "june 1997" },
    { "june nineteen nineteen ninety seven", "june 19, 1997" },
    { "june twenty five twenty twenty", "june 25, 2020" },
    { "december twenty fifth", "december 25" },
    { "december twenty five", "december 25" },
    { "monday may fifth", "monday may 5" },
    { "on may the fifth", "on may the 5th" },
    { "on june two", "on june 2" },
    { "january first", "january 1" },
    { "since march third", "since march 3" },
    { "march third nineteen ninety", "march 3, 1990" },
    { "the fifth of november", "the 5th of november" },
    { "on the fourth of july seventeen seventy six",
      "on the 4th of july 1776" },
    { "the twenty second of june", "the 22nd of june" },
    { "september eleventh two thousand and one", "september 11, 2001" },
    { "in october nineteen sixty two", "in october 1962" },

    /* times */

    { "half past ten", "10:30" },
    { "half past ten p m", "10:30 p.m." },
    { "quarter past three", "3:15" },
    { "a quarter to nine", "8:45" },
    { "a quarter to one", "12:45" },
    { "quarter till six", "5:45" },
    { "twenty past five", "5:20" },
    { "five minutes past ten", "10:05" },
    { "five minutes to ten", "9:55" },
    { "ten minutes to one a m", "12:50 a.m." },
    { "at ten to nine", "at 8:50" },
    { "three thirty p m", "3:30 p.m." },
    { "three thirty p.m.", "3:30 p.m." },
    { "nine thirty pm", "9:30 p.m." },
    { "nine p m", "9 p.m." },
    { "six a m", "6 a.m." },
    { "six p. m.", "6 p.m." },
    { "at three am", "at 3 a.m." },
    { "twelve oh five a m", "12:05 a.m." },
    { "nine o'clock", "9 o'clock" },
    { "twelve o'clock", "12 o'clock" },
    { "at ten fifteen", "at 10:15" },
    { "at seven forty seven", "at 7:47" },
    { "at two oh five", "at 2:05" },
    { "two oh five in the morning", "2:05 in the morning" },
    { "the eleven thirty train", "the 11:30 train" },
    { "three forty five tomorrow", "3:45 tomorrow" },
    { "at one twenty", "at 1:20" },
    { "eighteen hundred hours", "1800 hours" },

    /* digits */

    { "nine one one", "911" },
    { "five five five one two one two", "5551212" },
    { "two oh two five five five one two one two", "2025551212" },
    { "zero two zero seven nine four six", "0207946" },
    { "call oh two oh seven nine four six", "call 0207946" },
    { "double seven oh five", "7705" },
    { "oh oh seven oh five", "00705" },
    { "triple nine", "999" },
    { "treble six one", "6661" },
    { "one two three four", "1234" },
    { "eight hundred five five five one two one two", "8005551212" },
    { "one eight hundred five five five one two one two", "18005551212" },
    { "one oh one point five", "101.5" },
    { "five five five oh no", "555 oh no" },
    { "nine nine nine nine thousand", "999 9000" },
    { "nine ten eleven", "9 10 11" },
    { "five ten fifteen twenty", "5 10 15 20" },
    { "twenty nineteen eighteen", "20 19 18" },
    { "nineteen twenty twenty one", "19 20 21" },
    { "ten twenty thirty", "10 20 30" },
    { "twenty four seven", "24/7" },
    { "three sixty", "360" },
    { "the seven forty seven", "the 747" },

    /* money */

    { "three dollars and fifty cents", "$3.50" },
    { "three dollars fifty cents", "$3.50" },
    { "three dollars and five cents", "$3.05" },
    { "three dollars fifty", "$3.50" },
    { "forty nine dollars and ninety nine cents", "$49.99" },
    { "a dollar fifty", "$1.50" },
    { "one dollar", "$1" },
    { "five dollars", "$5" },
    { "a hundred dollars", "$100" },
    { "fifteen hundred dollars", "$1500" },
    { "fifteen thousand dollars", "$15,000" },
    { "a million dollars", "$1 million" },
    { "two million dollars", "$2 million" },
    { "two point five billion dollars", "$2.5 billion" },
    { "two and a half million dollars", "$2.5 million" },
    { "two and a half dollars", "$2.50" },
    { "three point five dollars", "$3.50" },
    { "minus five dollars", "-$5" },
    { "a ten dollar bill", "a $10 bill" },
    { "a million dollar house", "a $1 million house" },
    { "a hundred dollar bill", "a $100 bill" },
    { "ten to twenty dollars", "$10 to $20" },
    { "two or three dollars", "$2 or $3" },
    { "twenty five cents", "25 cents" },
    { "five cents", "5 cents" },
    { "one cent", "1 cent" },
    { "two million pounds", "£2 million" },
    { "three pounds and fifty pence", "£3.50" },
    { "two pounds fifty", "£2.50" },
    { "one pound", "£1" },
    { "a five pound note", "a £5 note" },
    { "he lost ten pounds", "he lost 10 pounds" },
    { "ten pounds of flour", "10 pounds of flour" },
    { "five pounds six ounces", "5 pounds 6 ounces" },
    { "a ten pound baby", "a 10 pound baby" },
    { "five hundred euros", "€500" },
    { "three euros fifty", "€3.50" },
    { "thirty billion yen", "¥30 billion" },
    { "three fifty dollars", "$350" },

    /* percentages and units */

    { "five percent", "5%" },
    { "one percent", "1%" },
    { "five per cent", "5%" },
    { "a hundred percent", "100%" },
    { "ninety nine point nine nine percent", "99.99%" },
    { "five and a half percent", "5.5%" },
    { "zero percent", "0%" },
    { "five to ten percent", "5 to 10%" },
    { "five or six percent", "5 or 6%" },
    { "half of one percent", "half of 1%" },
    { "two percentage points", "2 percentage points" },
    { "minus five degrees", "-5 degrees" },
    { "negative forty", "-40" },
    { "one degree", "1 degree" },
    { "five kilometers", "5 kilometers" },
    { "two square miles", "2 square miles" },
    { "five feet ten inches", "5 feet 10 inches" },
    { "six foot ten", "6 foot 10" },
    { "two twenty volts", "220 volts" },
    { "nineteen fifty meters", "1950 meters" },

    /* fractions */

    { "three quarters", "3/4" },
    { "three-quarters", "3/4" },
    { "two thirds of the people", "2/3 of the people" },
    { "one half", "1/2" },
    { "one third of the people", "1/3 of the people" },
    { "one-third of it", "1/3 of it" },
    { "one quarter of the people", "1/4 of the people" },
    { "five eighths", "5/8" },
    { "seven sixteenths", "7/16" },
    { "three hundredths", "3/100" },
    { "three quarters of an hour", "3/4 of an hour" },
    { "two and a half", "2 1/2" },
    { "two and a half hours", "2 1/2 hours" },
    { "one and a half", "1 1/2" },
    { "three and three quarters", "3 3/4" },
    { "two and a third", "2 1/3" },
    { "one and a half million", "1.5 million" },

    /* labels */

    { "number one", "number 1" },
    { "we're number two", "we're number 2" },
    { "chapter two", "chapter 2" },
    { "chapter twenty one", "chapter 21" },
    { "page one", "page 1" },
    { "page twenty one", "page 21" },
    { "pages two to four", "pages 2 to 4" },
    { "numbers five and six", "numbers 5 and 6" },
    { "room one oh one", "room 101" },
    { "room two", "room 2" },
    { "room twelve fifteen", "room 1215" },
    { "flight two forty seven", "flight 247" },
    { "flight nine three", "flight 93" },
    { "section three point two", "section 3.2" },
    { "version two point oh", "version 2.0" },
    { "highway sixty six", "highway 66" },
    { "area code four one five", "area code 415" },
    { "boeing seven forty seven", "boeing 747" },
    { "grade six", "grade 6" },
    { "aged nine", "aged 9" },
    { "world war two", "world war II" },
    { "the first world war and world war one",
      "the first world war and world war I" },

    /* ranges */

    { "five to ten people", "5 to 10 people" },
    { "from one to ten", "from 1 to 10" },
    { "show this one to ten people", "show this one to 10 people" },
    { "twelve or one of them", "12 or one of them" },
    { "on a scale of one to ten", "on a scale of 1 to 10" },
    { "between five and ten", "between 5 and 10" },
    { "nine or ten", "9 or 10" },
    { "ten to one", "10 to 1" },
    { "twenty five to thirty year", "25 to 30 year" },
    { "five to six million people", "5 to 6 million people" },
};


static const pair_t  formulas[] = {

    { "x squared plus two x equals fifteen", "x² + 2x = 15" },
    { "two plus two equals four", "2 + 2 = 4" },
    { "five minus two is three", "5 - 2 is three" },
    { "ten minus five", "10 - 5" },
    { "x minus y", "x - y" },
    { "three times seven equals twenty one", "3 × 7 = 21" },
    { "six multiplied by nine", "6 × 9" },
    { "ten divided by two equals five", "10 ÷ 2 = 5" },
    { "x cubed", "x³" },
    { "five squared is twenty five", "5² is 25" },
    { "two to the power of ten", "2^10" },
    { "two to the power of minus one", "2^-1" },
    { "the square root of nine", "√9" },
    { "the cube root of twenty seven equals three", "∛27 = 3" },
    { "x is less than ten", "x < 10" },
    { "x is greater than or equal to y", "x ≥ y" },
    { "x is less than or equal to ten", "x ≤ 10" },
    { "x is greater than y", "x > y" },
    { "two pi r plus one", "2πr + 1" },
    { "theta equals pi divided by two", "θ = π ÷ 2" },
    { "three point five times two", "3.5 × 2" },
    { "minus five plus ten equals five", "-5 + 10 = 5" },
    { "one half plus one quarter equals three quarters", "1/2 + 1/4 = 3/4" },
    { "y equals m x plus b", "y = mx + b" },
    { "one plus one", "1 + 1" },
    { "one hundred plus two hundred equals three hundred", "100 + 200 = 300" },
    { "x is not equal to zero", "x ≠ 0" },
    { "ten plus or minus two", "10 ± 2" },
    { "two million plus one", "2 million + 1" },
};


static const char *const  kept[] = {
    "one", "no one", "one of them", "one of the first", "this one is mine",
    "the one i want", "that one", "another one", "one another", "one or two",
    "two or three", "one more time", "one can see it", "one day at a time",
    "one by one", "one on one", "on the one hand", "the number one reason",
    "in this part one can see", "on this page one reads",
    "i have two dogs and three cats", "two of us", "the two men",
    "five people", "seven years ago", "nine lives", "zero", "ground zero",
    "first", "first of all", "second", "a second", "wait a second",
    "one second please", "in a split second", "seconds later",
    "second to none", "the second one", "third", "the third man",
    "the first three quarters of the year", "last three quarters", "half",
    "half an hour", "half a dozen", "half a million", "a quarter of an hour",
    "a third of them", "one third party", "a hundred", "a hundred people",
    "a thousand times", "a million and a half", "hundreds of people",
    "thousands of people", "tens of thousands", "several hundred and five",
    "several hundred people", "a few thousand five hundred",
    "a couple hundred people", "two or three hundred men", "hundred and one",
    "a dozen", "one dozen", "the hundredth time", "oh no", "oh one more thing",
    "oh well", "o my", "point taken", "point blank",
    "at this point five men left", "at that point two men came",
    "at one point five men left", "the main point one has to make",
    "minus the cost", "negative feedback", "plus one", "may first",
    "you may first go", "we may second it", "they march second in line",
    "in june two people died", "it may five times", "double trouble",
    "double five", "five five", "two two", "one two", "let's meet at five",
    "until two", "three a day", "two p", "i am one", "quarter to", "half past",
    "past five", "five past", "three in the morning", "from nine to five",
    "the score was three to one", "five feet", "six foot two",
    "on his own two feet", "one mile", "one on each", "a percent", "percent",
    "per cent", "dollars and cents", "a dollar", "a pound of flesh", "o'clock",
    "the nineties'", "twenty-year", "one-sided", "three-legged",
    "two-thirds-ish", "fifth avenue", "the ninth symphony", "teens",
    "henry the eighth", "the world war", "world war four",
    "x squared plus two", "two halves", "ten's",
    "one quadrillion two hundred trillion", "half a million dollars",
    "a quarter of a million dollars", "one millionth of it", "oh oh oh oh",
};


static asr_numbers_t  *numbers;


static int
setup(void **state)
{
    numbers = asr_numbers_create();

    return numbers == NULL;
}


static int
teardown(void **state)
{
    asr_numbers_free(numbers);

    return 0;
}


static unsigned
differs(const char *spoken, const char *expect, int mode)
{
    char  *got;
    bool   same;

    got = numbers_write(numbers, spoken, 0, mode);
    same = strcmp(got, expect) == 0;

    if (!same) {
        print_error("mode %d: %s: %s, not %s\n", mode, spoken, got, expect);
    }

    free(got);

    return !same;
}


static void
test_pairs(void **state)
{
    size_t    i;
    unsigned  bad;

    bad = 0;

    for (i = 0; i < asr_nelts(pairs); i++) {
        bad += differs(pairs[i].spoken, pairs[i].written, ASR_NUMBERS_ON);
        bad += differs(pairs[i].spoken, pairs[i].spoken, ASR_NUMBERS_OFF);
    }

    assert_int_equal(bad, 0);
    assert_true(asr_nelts(pairs) >= 250);
}


/* Nothing in these is a formula, and mathematics must not change them. */

static void
test_pairs_math(void **state)
{
    size_t    i;
    unsigned  bad;

    bad = 0;

    for (i = 0; i < asr_nelts(pairs); i++) {
        bad += differs(pairs[i].spoken, pairs[i].written, ASR_NUMBERS_MATH);
    }

    assert_int_equal(bad, 0);
}


static void
test_formulas(void **state)
{
    size_t    i;
    unsigned  bad;

    bad = 0;

    for (i = 0; i < asr_nelts(formulas); i++) {
        bad += differs(formulas[i].spoken, formulas[i].written,
                       ASR_NUMBERS_MATH);
        bad += differs(formulas[i].spoken, formulas[i].spoken,
                       ASR_NUMBERS_OFF);
    }

    assert_int_equal(bad, 0);
}


static void
test_kept(void **state)
{
    size_t    i;
    unsigned  bad;

    bad = 0;

    for (i = 0; i < asr_nelts(kept); i++) {
        bad += differs(kept[i], kept[i], ASR_NUMBERS_ON);
        bad += differs(kept[i], kept[i], ASR_NUMBERS_OFF);
    }

    assert_int_equal(bad, 0);
    assert_true(asr_nelts(kept) >= 100);
}


/* In a sentence a number is what it is alone; "one" and "second" stay. */

static void
test_in_sentence(void **state)
{
    char      spoken[512], written[512], *got;
    size_t    i;
    unsigned  bad;

    bad = 0;

    for (i = 0; i < asr_nelts(pairs); i++) {
        (void) snprintf(spoken, sizeof(spoken),
                        "no one spoke for a second | %s | that one said",
                        pairs[i].spoken);
        (void) snprintf(written, sizeof(written),
                        "no one spoke for a second %s that one said",
                        pairs[i].written);

        got = numbers_write(numbers, spoken, ASR_NUMBERS_FAR,
                            ASR_NUMBERS_ON);

        if (strcmp(got, written) != 0) {
            print_error("%s: %s\n", spoken, got);
            bad++;
        }

        free(got);
    }

    assert_int_equal(bad, 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_pairs_math),
        cmocka_unit_test(test_formulas),
        cmocka_unit_test(test_kept),
        cmocka_unit_test(test_in_sentence)
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
