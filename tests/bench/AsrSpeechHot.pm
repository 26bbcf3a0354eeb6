package AsrSpeechHot;

# Hotwords: the same clips without, with, and again without a list of terms.

use strict;
use warnings;

use File::Basename qw(dirname);
use List::Util qw(max min);

use AsrSpeechData;
use AsrSpeechGateway;
use AsrSpeechScore qw(word_errors_by_set rate);
use AsrSpeechWords qw(words count_term);

use constant WAIT => 7200;               # s
use constant WEIGHT => 10;
use constant TERMS => 128;               # of a list
use constant OTHERS => 50;               # clips without a term
use constant AFTER => 10;                # clips recognised again after that


# A file of "term WORDS [WEIGHT]" and "clip FILE REFERENCE", parted by tabs.

sub read_list
{
    my ($name) = @_;
    my (%weight, @clips);

    for my $line (split /\r?\n/,
                  AsrSpeechData::slurp($name, '<:encoding(UTF-8)'))
    {
        my ($what, $it, $more) = split /\t/, $line;

        next if !defined $what || $what eq '' || $what =~ /^#/;

        if ($what eq 'term' && defined $it) {
            $weight{$it} = $more || WEIGHT;

        } elsif ($what eq 'clip' && defined $more) {
            $it = dirname($name) . "/$it" if $it !~ m{^/};
            push @clips, { file => $it, ref => [words($more)] };

        } else {
            die "$name: neither a term nor a clip: $line\n";
        }
    }

    return (\%weight, \@clips);
}


# The words of the clips that the dictionary has not.

sub unknown_words
{
    my ($dict, @clips) = @_;
    my %in = map { /^([^\s(]+)/ ? ($1 => 1) : () }
             split /\n/, AsrSpeechData::slurp($dict);

    return map { $_ => WEIGHT } grep { !$in{$_} && !/[^a-z]/ }
           map { @{ $_->{ref} } } @clips;
}


# All that have a term, and some that have none.

sub chosen
{
    my ($terms, @clips) = @_;
    my $others = 0;

    return grep {
        my $clip = $_;
        (grep { count_term($_, @{ $clip->{ref} }) } @$terms)
            || ++$others <= OTHERS;
    } @clips;
}


sub pass
{
    my ($bench, $key, $list, @clips) = @_;
    my $gateway = $bench->{gateway};

    for my $clip (@clips) {
        $clip->{$key} = $gateway->tencent(file => $clip->{file},
            fields => $list eq '' ? {} : { HotwordList => $list });
    }

    $gateway->finish(WAIT, map { $_->{$key} } @clips);
    $bench->{report}->failed("hotwords $key", $_->{$key}) for @clips;

    for my $clip (@clips) {
        $clip->{"text $key"} = AsrSpeechGateway::text($clip->{$key});
        $clip->{"words $key"} = [words($clip->{"text $key"})];
    }
}


# (of a term: how often spoken, found, heard where it was not spoken)

sub count
{
    my ($term, $key, @clips) = @_;
    my ($spoken, $found, $false) = (0, 0, 0);

    for my $clip (@clips) {
        my $is = count_term($term, @{ $clip->{ref} });
        my $got = count_term($term, @{ $clip->{"words $key"} });

        $spoken += $is;
        $found += min($is, $got);
        $false += max(0, $got - $is);
    }

    return ($spoken, $found, $false);
}


sub measure
{
    my ($bench) = @_;
    my $file = $bench->{env}{hotwords};
    my ($weight, $clips) = $file eq '' ? ({}, []) : read_list($file);

    @$clips = map { { file => $_->{file}, ref => $_->{ref} } }
              @{ $bench->{data}{items} } if !@$clips;
    %$weight = unknown_words($bench->{gateway}{model}{dict}, @$clips)
        if !%$weight;

    my @terms = sort keys %$weight;

    if (!@terms) {
        print "\nHotwords: the dictionary has all words of the references.\n";
        return;
    }

    splice @terms, TERMS if @terms > TERMS;

    my $list = join ',', map { "$_|$weight->{$_}" } @terms;
    my @clips = chosen(\@terms, @$clips);
    my @again = @clips[0 .. min(AFTER, scalar @clips) - 1];
    my (@rows, @sum);

    pass($bench, 'without', '', @clips);
    pass($bench, 'with', $list, @clips);
    pass($bench, 'after', '', @again);

    for my $term (@terms) {
        my @n = ((count($term, 'without', @clips))[0, 1],
                 (count($term, 'with', @clips))[1, 2]);

        $sum[$_] += $n[$_] for 0 .. $#n;
        push @rows, [$term, @n];
    }

    my @wer = map { my $key = $_; rate(word_errors_by_set(map { {
                  set => 'x', ref => $_->{ref}, hyp => $_->{"words $key"}
              } } @clips)->{''}) } qw(without with);
    my $changed = grep { $_->{'text without'} ne $_->{'text after'} } @again;

    $bench->{report}->add('hotwords', 'Hotwords (HotwordList of all terms)',
        ['term', 'spoken', 'found without', 'found with', 'false with'],
        [@rows, ['all', @sum], ['wer% of all clips', undef, @wer, undef]],
        scalar(@clips) . ' clips.  ' . @again . ' of them recognised without '
        . "hotwords after that: $changed have another text.");
}


1;
