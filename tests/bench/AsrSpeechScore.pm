package AsrSpeechScore;

# Scores: errors by NIST's sclite, speakers by its md-eval.pl (both of Debian's
# sctk), word times by an alignment of our own.

use strict;
use warnings;

use Exporter qw(import);
use File::Temp qw(tempdir);
use POSIX qw(ceil);

our @EXPORT_OK = qw(word_errors_by_set inside own_utterance align distance
                    speaker_error percentile percent rate);

use constant SCTK => '/usr/lib/sctk/bin';
use constant SLACK => 250;               # ms
use constant COLLAR => 0.25;             # s
use constant CHANGE => 1_000_000;        # cost, beside -1 of an equal word


sub spew
{
    my ($name, @lines) = @_;

    open my $f, '>:utf8', $name or die "$name: $!\n";
    print $f map { "$_\n" } @lines;
    close $f or die "$name: $!\n";

    return $name;
}


sub run
{
    my @command = @_;

    open my $p, '-|', @command or die "$command[0]: $!\n";
    my $out = do { local $/; <$p> } // '';
    close $p or die "@command: status $?\n$out";

    return $out;
}


# items: { set, ref, hyp }, the latter two lists of words.  Of each set, and
# of all under '': { items, words, sub, del, ins }.

sub word_errors_by_set
{
    my (@items) = @_;
    my %score = ('' => { items => 0, words => 0, sub => 0, del => 0,
                         ins => 0 });
    my (%number, @sets, %n);

    return \%score if !@items;

    my $dir = tempdir('asr-score-XXXXXX', TMPDIR => 1, CLEANUP => 1);
    my (@ref, @hyp);

    for my $item (@items) {
        my $set = $item->{set};

        if (!defined $number{$set}) {
            push @sets, $set;
            $number{$set} = sprintf 's%04d', scalar @sets;
        }

        # sclite takes what is before the "-" for the speaker

        my $id = sprintf '(%s-%06d)', $number{$set}, ++$n{$set};

        push @ref, join ' ', @{ $item->{ref} }, $id;
        push @hyp, join ' ', @{ $item->{hyp} }, $id;
    }

    my $out = run(SCTK . '/sclite', '-i', 'spu_id', '-e', 'utf-8',
                  '-r', spew("$dir/ref", @ref), 'trn',
                  '-h', spew("$dir/hyp", @hyp), 'trn', '-o', 'rsum', 'stdout');

    for my $set (@sets) {
        my @v = $out =~ /^\s*\|\s*$number{$set}\s*\|\s*(\d+)\s+(\d+)\s*\|
                         \s*\d+\s+(\d+)\s+(\d+)\s+(\d+)\s/mx
            or die "sclite says nothing of $set:\n$out";

        @{ $score{$set} }{qw(items words sub del ins)} = @v;
        $score{''}{$_} += $score{$set}{$_} for qw(items words sub del ins);
    }

    return \%score;
}


# How many words (start, end in ms) are within from..to, give or take SLACK.

sub inside
{
    my ($from, $to, @words) = @_;

    return scalar grep { $_->{start} >= $from - SLACK
                         && $_->{end} <= $to + SLACK
                         && $_->{end} >= $_->{start} } @words;
}


# The cheapest way from one list of words to the other: as a row of letters
# for each word of the first, (e)qual, (s)ubstituted, (d)eleted, (i)nserted, and
# its number of changes.  Of several ways, that with the most equal words.

sub way
{
    my ($ref, $hyp) = @_;
    my @cost = map { $_ * CHANGE } 0 .. @$hyp;
    my @rows = ('');

    for my $i (1 .. @$ref) {
        my $word = $ref->[$i - 1];
        my @prev = @cost;
        my $row = '';

        $cost[0] = $i * CHANGE;

        for my $k (1 .. @$hyp) {
            my $same = $word eq $hyp->[$k - 1];
            my $best = $prev[$k - 1] + ($same ? -1 : CHANGE);
            my $how = $same ? 'e' : 's';

            if ($prev[$k] + CHANGE < $best) {
                $best = $prev[$k] + CHANGE;
                $how = 'd';
            }

            if ($cost[$k - 1] + CHANGE < $best) {
                $best = $cost[$k - 1] + CHANGE;
                $how = 'i';
            }

            $cost[$k] = $best;
            $row .= $how;
        }

        push @rows, $row;
    }

    return (\@rows, ceil($cost[-1] / CHANGE));
}


# Of each word heard, the index of the reference's word that it is, or undef.

sub align
{
    my ($ref, $hyp) = @_;
    my ($rows) = way($ref, $hyp);
    my @map = (undef) x @$hyp;
    my ($i, $k) = (scalar @$ref, scalar @$hyp);

    while ($i && $k) {
        my $how = substr $rows->[$i], $k - 1, 1;

        $map[$k - 1] = $i - 1 if $how eq 'e';
        $i-- if $how ne 'i';
        $k-- if $how ne 'd';
    }

    return @map;
}


# Words to change, add or leave out to make one list the other.

sub distance
{
    my ($ref, $hyp) = @_;
    my (undef, $n) = way($ref, $hyp);

    return $n;
}


# utts: { from, to (ms), words }, in order.  heard: { text, start, end }.  All
# words heard, and how many of them are in any utterance; those that an
# alignment finds in the reference, and how many of those are in the utterance
# it finds them in.

sub own_utterance
{
    my ($utts, $heard) = @_;
    my (@ref, @of);

    for my $u (@$utts) {
        push @ref, @{ $u->{words} };
        push @of, ($u) x @{ $u->{words} };
    }

    my %n = (all => scalar @$heard, any => 0, matched => 0, own => 0);
    my @map = align(\@ref, [map { $_->{text} } @$heard]);

    for my $k (0 .. $#map) {
        my $w = $heard->[$k];

        $n{any}++ if grep { inside($_->{from}, $_->{to}, $w) } @$utts;

        next if !defined $map[$k];

        my $u = $of[$map[$k]];

        $n{matched}++;
        $n{own} += inside($u->{from}, $u->{to}, $w);
    }

    return \%n;
}


# Turns are { from, to (s), who }.  Seconds of reference speech that were
# scored, missed, heard where there is none, and given to the wrong speaker
# under the best mapping; their sum in percent.

sub speaker_error
{
    my ($ref, $hyp) = @_;
    my $dir = tempdir('asr-rttm-XXXXXX', TMPDIR => 1, CLEANUP => 1);
    my $rttm = sub {
        map { sprintf 'SPEAKER x 1 %.3f %.3f <NA> <NA> %s <NA> <NA>',
              $_->{from}, $_->{to} - $_->{from}, $_->{who} }
        grep { $_->{to} > $_->{from} } @_;
    };
    my @heard = $rttm->(@$hyp);

    # md-eval.pl dies of an empty file

    push @heard, 'SPKR-INFO x 1 <NA> <NA> <NA> unknown none <NA> <NA>'
        if !@heard;

    my $out = run(SCTK . '/md-eval.pl', '-c', COLLAR,
                  '-r', spew("$dir/ref", $rttm->(@$ref)),
                  '-s', spew("$dir/hyp", @heard));
    my %e;

    for my $line (['scored', 'SCORED SPEAKER TIME'],
                  ['miss', 'MISSED SPEAKER TIME'],
                  ['false', 'FALARM SPEAKER TIME'],
                  ['confused', ' SPEAKER ERROR TIME'])
    {
        my ($name, $text) = @$line;
        ($e{$name}) = $out =~ /^\Q$text\E\s*=\s*([\d.]+) secs/m
            or die "md-eval.pl says no $text:\n$out";
    }

    $e{error} = $e{scored} == 0 ? 0
                : 100 * ($e{miss} + $e{false} + $e{confused}) / $e{scored};

    return \%e;
}


# A part of a whole, and a score's errors, as cells of a table.

sub percent { return ['%.1f', $_[1] ? 100 * $_[0] / $_[1] : undef] }


sub rate
{
    my ($score) = @_;

    return percent($score->{sub} + $score->{del} + $score->{ins},
                   $score->{words});
}


sub percentile
{
    my ($p, @v) = @_;

    return undef if !@v;

    @v = sort { $a <=> $b } @v;
    my $at = int($p / 100 * @v);

    return $v[$at > $#v ? $#v : $at];
}


1;
