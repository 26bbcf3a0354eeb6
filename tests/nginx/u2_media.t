#!/usr/bin/perl

# Document 000: what a file is said to be, against what it is.

use strict;
use warnings;

use Test::More;

use AsrTest;

my $t = AsrTest->new->conf(<<'EOF')->run;
%%GLOBALS%%
events {}
http {
    %%HTTP%%
    asr_threads 1;
    server {
        listen 127.0.0.1:%%PORT%%;
        location /v1/ { asr u2; }
    }
}
EOF

my $c = $t->client;
my $mono = wav_cut('0880', 0, 1500);
my $amr = AsrTest::slurp('tests/data/speech-wb.amr');
my %file = map { $_->[0] => $c->u2_file($_->[1], filename => 'x') }
    ['mono', $mono], ['amr', $amr],
    ['silk', "\x02#!SILK_V3" . 'x' x 1000],
    ['html', '<!DOCTYPE html><html><body>not found</body></html>'],
    ['short', wav_cut('0880', 0, 990)],
    ['none', substr $mono, 0, 44];


# the code a task ends with, 0 for success

sub ends
{
    my ($name, %fields) = @_;
    my $r = $c->u2_create($file{$name}, \%fields);

    $r = $c->u2_wait($r->{json}{task_id}, 60 * slow());

    return $r->{json}{base_resp}{status_code} // 'none';
}


is(ends('mono'), 0, 'a WAV file');
is(ends('mono', sample_rate => 16000, channel => 1), 0, 'the defaults sent');
is(ends('amr', format => 'amr'), 0, 'AMR');

is(ends('mono', format => 'mp3'), 200001, 'WAV declared as MP3');
is(ends('amr', format => 'ogg'), 200001, 'AMR declared as Ogg');
is(ends('html'), 200001, 'no audio');
is(ends('silk', format => 'amr'), 200001, 'SILK');
is(ends('mono', sample_rate => 8000), 200006, 'another sample rate');
is(ends('mono', channel => 2), 200005, 'two channels declared, one there');
is(ends('short'), 200003, 'shorter than a second');
is(ends('none'), 200003, 'without sound');

like($t->error_log, qr/media refused: it is SILK/, 'the log names SILK');
like($t->error_log, qr/declared as "mp3", it is pcm_s16le in wav/,
     'the log says what was declared and what it is');

$t->stop;
done_testing();
