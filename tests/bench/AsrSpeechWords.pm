package AsrSpeechWords;

# Text as it is compared: lower case, no punctuation, numbers as words.  What
# is done to the reference is done to what was heard.

use strict;
use warnings;
use utf8;

use Exporter qw(import);

our @EXPORT_OK = qw(words number_words count_term);

my @ones = qw(zero one two three four five six seven eight nine ten eleven
              twelve thirteen fourteen fifteen sixteen seventeen eighteen
              nineteen);
my @tens = qw(zero ten twenty thirty forty fifty sixty seventy eighty ninety);
my @scales = ([1e12, 'trillion'], [1e9, 'billion'], [1e6, 'million'],
              [1000, 'thousand'], [100, 'hundred']);

my %ordinal = (one => 'first', two => 'second', three => 'third',
               five => 'fifth', eight => 'eighth', nine => 'ninth',
               twelve => 'twelfth');
my %currency = ('$' => 'dollar', '£' => 'pound', '€' => 'euro');

# the dictionary has these in full

my %abbreviation = (mr => 'mister', mrs => 'missus', dr => 'doctor');


# 0 or more, below 10^15.

sub number_words
{
    my ($n) = @_;
    my @out;

    return $ones[0] if $n == 0;

    for my $s (@scales) {
        my ($value, $name) = @$s;
        next if $n < $value;
        push @out, number_words(int($n / $value)), $name;
        $n %= $value;
    }

    if ($n >= 20) {
        push @out, $tens[int($n / 10)];
        $n %= 10;
    }

    push @out, $ones[$n] if $n;

    return join ' ', @out;
}


sub digits
{
    return join ' ', map { $ones[$_] } split //, $_[0];
}


# "1455" in running text is a year: fourteen fifty five, nineteen oh five.

sub year_words
{
    my ($n) = @_;
    my ($high, $low) = (int($n / 100), $n % 100);

    return number_words($n) if $high == 20 && $low < 10;

    return number_words($high)
           . ($low == 0 ? ' hundred' : $low < 10 ? " oh $ones[$low]"
                                                 : ' ' . number_words($low));
}


sub integer_words
{
    my ($text) = @_;
    my $grouped = ($text =~ tr/,//d);

    return digits($text) if $text =~ /^0./ || length $text > 12;
    return year_words($text)
        if !$grouped && $text =~ /^(?:1[1-9]|20)\d\d$/;

    return number_words($text);
}


sub last_word
{
    my ($text, $change) = @_;

    $text =~ s/(\w+)$/$change->($1)/e;

    return $text;
}


sub to_ordinal
{
    my ($w) = @_;

    return $ordinal{$w} // ($w =~ s/y$/ie/r) . 'th';
}


sub to_plural
{
    my ($w) = @_;

    return $w =~ s/y$/ie/r . ($w =~ /x$/ ? 'es' : 's');
}


sub amount_words
{
    my ($sign, $whole, $cents) = @_;
    my $text = integer_words($whole) . " $currency{$sign}"
               . ($whole eq '1' ? '' : 's');

    return defined $cents ? "$text " . number_words($cents) : $text;
}


sub spell_numbers
{
    my ($text) = @_;
    my $int = qr/\d{1,3}(?:,\d{3})+|\d+/;

    for ($text) {
        s/([\$£€])($int)(?:\.(\d\d)\b)?/' ' . amount_words($1, $2, $3) . ' '/ge;
        s/($int)\.(\d+)/integer_words($1) . ' point ' . digits($2)/ge;
        s/\b(\d{1,2}):(\d\d)\b/number_words($1) . ($2 == 0 ? " o'clock "
                                             : ' ' . integer_words($2))/ge;
        s/($int)(?:st|nd|rd|th)\b/last_word(integer_words($1),
                                            \&to_ordinal)/ge;
        s/($int)s\b/last_word(integer_words($1), \&to_plural)/ge;
        s/($int)/' ' . integer_words($1) . ' '/ge;
        s/%/ percent /g;
        s/&/ and /g;
    }

    return $text;
}


# The words of a text; fillers and noises ("[NOISE]", "++UH++") are none.

sub words
{
    my ($text) = @_;

    $text = lc($text // '');
    $text =~ s/\[[^\]]*\]|\+\+\w+\+\+|<[^>]*>/ /g;
    $text =~ tr/\x{2018}\x{2019}\x{02bc}/'/;
    $text = spell_numbers($text);
    $text =~ s/[^\p{L}\p{M}\p{N}']+/ /g;

    return map { $abbreviation{$_} // $_ }
           grep { length } map { s/^'+|'+$//gr } split ' ', $text;
}


# How often a term (words) occurs in a list of words.

sub count_term
{
    my ($term, @words) = @_;
    my @t = words($term);
    my $n = 0;

    for my $i (0 .. @words - @t) {
        $n++ if "@words[$i .. $i + $#t]" eq "@t";
    }

    return $n;
}


1;
