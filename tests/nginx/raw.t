#!/usr/bin/perl

# Sound without a header: what says that it is sound is its name, in a URL of
# document 001 and of an asset of document 002.

use strict;
use warnings;

use Test::More;

use AsrMemories;
use AsrServer;
use AsrTest;

my $wav = speech_file('0880');
my $text = speech_text('0880');
my $pcm = substr $wav, 44;
my $s = AsrServer->new(sub {
    my ($r) = @_;

    for ($r->{path}) {
        return AsrServer::ok($pcm) if m{^/(?:a\.pcm\?|B\.PCM$|a$|a\.raw$)};
        return AsrServer::ok("${pcm}x") if $_ eq '/odd.pcm';
        return AsrServer::ok($wav) if $_ eq '/wav.pcm';
        return AsrServer::ok('x') if $_ eq '/byte.pcm';
        return AsrServer::ok(substr $pcm, 0, 31998) if $_ eq '/short.pcm';
    }

    return "HTTP/1.1 404 Not Found\r\n\r\n";
});

$s->up;

my $t = AsrTest->new(accounts => AsrTest::default_accounts(
    map { $_ => 'off' } qw(tencent.CreateRecTask tencent.DescribeTaskStatus
                           memories.upload memories.transcriptions)
))->conf(<<'EOF')->run;
%%GLOBALS%%
events {}
http {
    %%HTTP%%
    asr_threads 2;
    asr_fetch_allow 127.0.0.1;
    server {
        listen 127.0.0.1:%%PORT%%;
        location /serve/api/v2/ { asr memories; }
        location / { asr tencent; }
    }
}
EOF

my $c = $t->client;


sub ends
{
    my ($path, %fields) = @_;
    my $r = $c->tc3('CreateRecTask',
                    { EngineModelType => '16k_en', ChannelNum => 1,
                      ResTextFormat => 0, SourceType => 0,
                      Url => $s->url($path), %fields });

    return $c->tc3_wait($r->{json}{Response}{Data}{TaskId}, 60 * slow())
             ->{json}{Response}{Data};
}


sub heard
{
    my ($path, $what) = @_;
    my $d = ends($path);

    is($d->{Status}, 2, $what) or diag(explain($d));
    $d->{Result} =~ s/^\[[^\]]*\]\s+//mg;
    cmp_ok(word_errors($text, $d->{Result} =~ s/\n/ /gr), '<', 0.45,
           "$what: the words of the recording");

    return $d;
}


sub fails
{
    my ($path, $why, $what, %fields) = @_;
    my $d = ends($path, %fields);

    is($d->{Status}, 3, $what);
    like($d->{ErrorMsg}, $why, "$what: why");
}


my $d = heard('/a.pcm?sign=.wav', 'raw sound');

cmp_ok(abs($d->{AudioDuration} - length($pcm) / 32000), '<', 0.01,
       'raw sound: its length');
heard('/B.PCM', 'in capital letters');
heard('/odd.pcm', 'a half of a sample more');
heard('/wav.pcm', 'a WAV file by that name');

# the rate is the engine's: twice as long

$d = ends('/a.pcm?8k', EngineModelType => '8k_en');
is($d->{Status}, 2, 'another engine') or diag(explain($d));
cmp_ok(abs($d->{AudioDuration} - length($pcm) / 16000), '<', 0.01,
       'another engine: its length');

$d = ends('/a.pcm?two', EngineModelType => '8k_en', ChannelNum => 2);
is($d->{Status}, 2, 'two channels') or diag(explain($d));
cmp_ok(abs($d->{AudioDuration} - length($pcm) / 32000), '<', 0.01,
       'two channels: its length');

fails('/byte.pcm', qr/short/i, 'one byte');
fails('/short.pcm', qr/short/i, 'less than a second');
fails('/a', qr/./, 'no name');
fails('/a.raw', qr/./, 'another name');
fails('/gone.pcm', qr/download/, 'nothing there');

# an asset

my $m = AsrMemories->new($t->port, 'sk-demo-7c1f0b3a');
my %state = ('a.pcm' => 'completed', 'a.bin' => 'failed');

for my $name (sort keys %state) {
    my $r = $m->upload($pcm, filename => $name);

    $r = $m->async($r->{json}{data}{asset_id},
                   { callback_url => $s->url('/done') });
    is($r->{status}, 200, "asset $name: a task") or diag($r->{body});
    $r = $m->wait_task($r->{json}{data}{task_id}, 60 * slow());
    is($r->{json}{data}{status}, $state{$name}, "asset $name")
        or diag($r->{body});
    cmp_ok(word_errors($text, AsrMemories::text(
               $r->{json}{data}{result}{data}{data})), '<', 0.45,
           "asset $name: the words of the recording")
        if $name eq 'a.pcm';
}

$t->stop;
done_testing();
