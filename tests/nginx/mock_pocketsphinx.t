#!/usr/bin/perl

# The mock with a real recogniser: it hears what is said, word for word as the
# gateway does.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrMock;
use AsrTest;

my $name = '0870';
my $wav = speech_file($name);
my $data = encode_base64($wav, '');


# The transcripts by U2 and by Tencent, and the times of the sentences.

sub heard
{
    my ($c) = @_;
    my $task = $c->u2_create($c->u2_file($wav))->{json}{task_id};
    my $u2 = $c->u2_wait($task, 60 * slow());

    is($u2->{json}{status}, 'Success', 'u2: done');

    my $r = $c->tc3('CreateRecTask',
                    AsrClient::rec_task($data, EngineModelType => '16k_en'));
    my $tencent = $c->tc3_wait($r->{json}{Response}{Data}{TaskId},
                               60 * slow());

    is($tencent->{json}{Response}{Data}{StatusStr}, 'success',
       'tencent: done');

    return (AsrClient::u2_text($u2),
            $tencent->{json}{Response}{Data}{Result});
}


my $m = AsrMock->new('--engine', 'pocketsphinx');

is($m->admin('GET', 'health')->{json}{engine}, 'pocketsphinx', 'the engine');

my ($u2, $tencent) = heard($m->client('test-real'));

cmp_ok(word_errors(speech_text($name), $u2), '<', 0.35, "u2: $u2");

(my $words = $tencent) =~ s/\[[^\]]*\]//g;
cmp_ok(word_errors(speech_text($name), $words), '<', 0.35,
       "tencent: $tencent");


# A text that was given is not sought in the audio.

$m->set_plan('test-told', { progress => 'once', text => 'something else' });
my $c = $m->client('test-told');
my $task = $c->u2_create($c->u2_file($wav))->{json}{task_id};
is(AsrClient::u2_text($c->u2_wait($task, 60 * slow())), 'something else',
   'the text of the plan goes first');

$m->stop;


my $t = AsrTest->new->conf(<<'EOF')->run;
%%GLOBALS%%
events {}
http {
    %%HTTP%%
    server {
        listen 127.0.0.1:%%PORT%%;
        location /v1/ { asr u2; }
        location / { asr tencent; }
    }
}
EOF

my ($gateway_u2, $gateway_tencent) = heard($t->client);

is($u2, $gateway_u2, 'u2: as the gateway');
is($tencent, $gateway_tencent, 'tencent: as the gateway, times and all');

$t->stop;

done_testing();
