#!/usr/bin/perl

# The scores of bench-speech, on cases whose scores are known.

use strict;
use warnings;
use utf8;

use FindBin;
use lib $FindBin::Bin;
use File::Temp qw(tempdir);
use Test::More;

use AsrSpeechData;
use AsrSpeechHot;
use AsrSpeechHour;
use AsrSpeechScore qw(word_errors_by_set inside own_utterance align distance
                      speaker_error percentile);
use AsrSpeechTalk;
use AsrSpeechTable;
use AsrSpeechWords qw(words count_term);


binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);


# words: what is written, what is compared

for my $case (
    ['Printing, in the ONLY sense.', 'printing in the only sense'],
    ["the neighbor\x{2019}s \x{2018}house\x{2019}", "the neighbor's house"],
    ['whole-number forty-two', 'whole number forty two'],
    ['[NOISE] well ++UH++ <sil> yes', 'well yes'],
    ['Mr. and Mrs. Smith', 'mister and missus smith'],
    ['0 7 13 40 85 100', 'zero seven thirteen forty eighty five one hundred'],
    ['1,234,567', 'one million two hundred thirty four thousand five hundred '
                  . 'sixty seven'],
    ['in 1455, 1905, 1900, 2004', 'in fourteen fifty five nineteen oh five '
                                  . 'nineteen hundred two thousand four'],
    ['3000 and 007', 'three thousand and zero zero seven'],
    ['23.05', 'twenty three point zero five'],
    ['1st 2nd 12th 21st 30th', 'first second twelfth twenty first thirtieth'],
    ['the 1990s', 'the nineteen nineties'],
    ['$5.20 and £1', 'five dollars twenty and one pound'],
    ['50% at 10:30', 'fifty percent at ten thirty'],
    ['', ''])
{
    is(join(' ', words($case->[0])), $case->[1], "words: $case->[0]");
}

is(count_term('New York', words('new york, a new new york')), 2,
   'a term of two words');
is(count_term('york', words('yorkshire')), 0, 'not within a word');
is(count_term('york', ()), 0, 'no words');


# words that differ

is(distance([qw(a b c d)], [qw(a b c d)]), 0, 'distance: none');
is(distance([qw(a b c d)], [qw(a x c)]), 2, 'distance: two');
is(distance([], [qw(a b)]), 2, 'distance: from nothing');
is(distance([qw(a b)], []), 2, 'distance: to nothing');
is_deeply([align([qw(a b)], [qw(b c)])], [1, undef],
          'of two ways that with more right words');


# errors by set

my $score = word_errors_by_set(
    { set => 'one set', ref => [qw(a b c d)], hyp => [qw(a x c d e)] },
    { set => 'other', ref => [qw(a b c)], hyp => [qw(c)] },
    { set => 'one set', ref => [qw(é f)], hyp => [qw(é f)] },
    { set => 'other', ref => [qw(a)], hyp => [] });

is_deeply($score->{'one set'}, { items => 2, words => 6, sub => 1, del => 0,
                                 ins => 1 }, 'errors of a set');
is_deeply($score->{other}, { items => 2, words => 4, sub => 0, del => 3,
                             ins => 0 }, 'errors of the other');
is_deeply($score->{''}, { items => 4, words => 10, sub => 1, del => 3,
                          ins => 1 }, 'errors of all');
is(word_errors_by_set()->{''}{words}, 0, 'errors of nothing');


# word times

sub word
{
    my ($text, $start, $end) = @_;

    return { text => $text, start => $start, end => $end };
}


is(inside(1000, 2000, word(a => 750, 2250)), 1, 'within 0.25 s');
is(inside(1000, 2000, word(a => 749, 2000)), 0, 'too early');
is(inside(1000, 2000, word(a => 1000, 2251)), 0, 'too late');
is(inside(1000, 2000, word(a => 1500, 1400)), 0, 'ends before it begins');

my @utts = ({ from => 0, to => 1000, words => [qw(a b c)] },
            { from => 2000, to => 3000, words => [qw(d e)] });

is_deeply(own_utterance(\@utts, [word(a => 0, 300), word(b => 300, 600),
                                 word(d => 2000, 2500), word(e => 2500, 3000)]),
          { all => 4, any => 4, matched => 4, own => 4 }, 'all in their own');
is_deeply(own_utterance(\@utts, [word(a => 0, 300), word(x => 1500, 1600),
                                 word(d => 700, 900), word(e => 2500, 3000)]),
          { all => 4, any => 3, matched => 3, own => 2 },
          'one in another\'s, one in none');
is_deeply(own_utterance(\@utts, []),
          { all => 0, any => 0, matched => 0, own => 0 }, 'no words');


# speakers

sub turn
{
    my ($who, $from, $to) = @_;

    return { who => $who, from => $from, to => $to };
}


my @talk = (turn(a => 0, 10), turn(b => 10.5, 20.5), turn(a => 21, 31));

# the collar takes a quarter of a second at each end

for my $case (
    ['as it is', [@talk], 28.5, 0, 0, 0],
    ['other names', [turn(1 => 0, 10), turn(0 => 10.5, 20.5),
                     turn(1 => 21, 31)], 28.5, 0, 0, 0],
    ['within the collar', [turn(1 => 0.2, 9.8), turn(0 => 10.7, 20.3),
                           turn(1 => 21.2, 30.8)], 28.5, 0, 0, 0],
    ['one speaker', [turn(0 => 0, 31)], 28.5, 0, 0, 9.5],
    ['one too many', [turn(0 => 0, 10), turn(1 => 10.5, 20.5),
                      turn(2 => 21, 31)], 28.5, 0, 0, 9.5],
    ['a turn missed', [turn(0 => 0, 10), turn(0 => 21, 31)], 28.5, 9.5, 0, 0],
    ['two at once', [@talk, turn(c => 2, 5)], 28.5, 0, 3, 0],
    ['silence', [], 28.5, 28.5, 0, 0])
{
    my ($name, $turns, @want) = @$case;
    my $e = speaker_error(\@talk, $turns);

    is_deeply([map { sprintf '%.2f', $_ } @$e{qw(scored miss false confused)}],
              [map { sprintf '%.2f', $_ } @want], "speakers: $name");
    is(sprintf('%.3f', $e->{error}),
       sprintf('%.3f', 100 * ($want[1] + $want[2] + $want[3]) / $want[0]),
       "speakers: $name, in percent");
}

my $stereo = { name => 'x', said => [
    { from => 0, to => 2, channel => 0, words => [qw(a b)] },
    { from => 3, to => 5, channel => 1, words => [qw(c d)] }] };


sub sentence
{
    my ($channel, @words) = @_;

    return { channel => $channel, text => join(' ', map { $_->{text} } @words),
             words => \@words };
}


my $heard = { sentences => [
    sentence(0, word(a => 0, 900), word(b => 1000, 1900)),
    sentence(1, word(c => 3000, 3900), word(d => 500, 900))] };
my $text = sub { join ' ', map { AsrSpeechTable::show($_) } @{ $_[0] } };

is($text->(AsrSpeechTalk::channel_row($stereo, $heard, 0)),
   'x channel 0 2 2 0.0 100.0 0', 'a channel for itself');
is($text->(AsrSpeechTalk::channel_row($stereo, $heard, 1)),
   'x channel 1 2 2 0.0 100.0 1', 'a word at the other\'s time');


# words of a long recording go to the utterances by their times

my $tape = { utts => \@utts };

is_deeply(AsrSpeechHour::score_tape($tape, { sentences => [
              sentence(0, word(a => 0, 300), word('b, c' => 300, 900)),
              sentence(0, word(d => 2100, 2400), word(e => 2400, 2900))] }),
          { items => 2, words => 5, sub => 0, del => 0, ins => 0 },
          'by their times: all right');
is(AsrSpeechHour::score_tape($tape, { sentences => [
       sentence(0, map { word($_ => 100, 200) } qw(a b c d e)) ] })->{ins}, 2,
   'by their times: the right words at the wrong ones');


is(percentile(50, 5, 1, 3), 3, 'the median');
is(percentile(99, 1 .. 200), 199, 'the 99th of a hundred');
is(percentile(50), undef, 'of nothing');


# a folder of recordings

my $dir = tempdir('asr-speech-XXXXXX', TMPDIR => 1, CLEANUP => 1);


sub spew
{
    my ($name, @lines) = @_;

    open my $f, '>:utf8', "$dir/$name" or die "$name: $!";
    print $f map { "$_\n" } @lines;
    close $f or die "$name: $!";
}


mkdir "$dir/$_" for qw(formats conversation);
spew('manifest.tsv', "reference\tfile\tset\tduration_s",
     "One, two.\ta.wav\tx\t1.5", "three\tsub/b.wav\t\t2.0");
spew("formats/$_", 'x') for qw(b.mp3 README.md);
spew("conversation/$_", 'x') for qw(t.flac t_stereo.wav u.flac);
spew('conversation/t.rttm',
     'SPEAKER t 1 0.50 2.00 <NA> <NA> anna <NA> <NA>',
     'SPEAKER t 1 3.00 1.00 <NA> <NA> bob <NA> <NA>');
spew('conversation/t.ref.tsv', "0.50\t2.50\tanna\t0\tx.wav\tHello, Bob.");

my $data = AsrSpeechData->load($dir);

is_deeply([map { [@$_{qw(name set duration)}, @{ $_->{ref} }] }
           @{ $data->{items} }],
          [['a.wav', 'x', '1.5', 'one', 'two'],
           ['b.wav', 'all', '2.0', 'three']], 'the manifest');
is("@{ $data->{formats} }", "$dir/formats/b.mp3", 'formats');
is(scalar @{ $data->{conversations} }, 1, 'conversations');

my $talk = $data->{conversations}[0];

is($talk->{mono}, "$dir/conversation/t.flac", 'mono');
is($talk->{stereo}, "$dir/conversation/t_stereo.wav", 'stereo');
is_deeply($talk->{turns}, [{ who => 'anna', from => '0.50', to => 2.5 },
                           { who => 'bob', from => '3.00', to => 4 }],
          'turns');
is_deeply($talk->{said}[0]{words}, [qw(hello bob)], 'what is said');

spew('conversation/t_stereo.rttm',
     'SPEAKER t 1 0.50 2.00 <NA> <NA> anna <NA> <NA>');
$data = AsrSpeechData->load($dir);
is($data->{conversations}[1]{mono}, undef, 'stereo alone: no mono');
is($data->{conversations}[1]{stereo}, "$dir/conversation/t_stereo.wav",
   'stereo alone');

spew('hot', "# a comment", "term\tSintra", "term\tNew York\t5",
     "clip\tc.wav\tTo Sintra.");

my ($weight, $clips) = AsrSpeechHot::read_list("$dir/hot");

is_deeply($weight, { Sintra => 10, 'New York' => 5 }, 'terms');
is_deeply($clips, [{ file => "$dir/c.wav", ref => [qw(to sintra)] }], 'clips');

my @clips = ({ ref => ['sintra'] }, map { { n => $_, ref => ['x'] } } 1 .. 99);

is(scalar AsrSpeechHot::chosen(['Sintra'], @clips), 51,
   'clips with a term, and some others');

spew('hot', 'Sintra');
ok(!eval { AsrSpeechHot::read_list("$dir/hot"); 1 }, 'not a list of terms');


# tables

my $table = AsrSpeechTable->new;
my $shown = '';

open my $memory, '>', \$shown or die "memory: $!";
select $memory;
$table->failed('x', { error => 'gone' });
$table->failed('x', { error => 'gone' });
$table->failed('y', {});
$table->add('part', 'A title', ['set', 'n', '<why', 'of'],
            [['4', '12', 'a', ['%.1f', 1.26]], ['bb', undef, 'bcd', undef]],
            'note');
select STDOUT;
close $memory;

is($shown, <<'TEXT', 'a table as text');

A title

set   n  why   of
4    12  a    1.3
bb    -  bcd    -

failed 2 times: x: gone
note
TEXT

$table->write_json("$dir/json", { effort => 'fast' });

is_deeply(AsrHttp::json_decode(AsrSpeechData::slurp("$dir/json")),
          { settings => { effort => 'fast' }, sections => { part => [
              { title => 'A title', columns => [qw(set n why of)],
                notes => ['failed 2 times: x: gone', 'note'],
                rows => [{ set => '4', n => 12, why => 'a', of => 1.3 },
                         { set => 'bb', n => undef, why => 'bcd',
                           of => undef }] }] } }, 'a table as JSON');

done_testing();
