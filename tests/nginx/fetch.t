#!/usr/bin/perl

# Audio by URL: Url of document 001, file_url of document 000.  What comes is
# recognised; what does not come fails the task; what must not be asked for
# is not.

use strict;
use warnings;

use Test::More;

use AsrServer;
use AsrTest;

my $wav = speech_file('0880');



# Sends audio without an end of the connection; whoever asks for more there
# is answered out of turn.

sub again
{
    my ($c) = @_;
    my $head = 'HTTP/1.1 200 OK' . "\r\nContent-Length: " . length $wav;

    AsrHttp::send_all($c, "$head\r\n\r\n$wav");
    $c->blocking(1);
    AsrHttp::send_all($c, "HTTP/1.1 404 Not Found\r\n\r\n")
        if sysread $c, my $more, 4096;
}


my $s = AsrServer->new(sub {
    my ($r) = @_;

    for ($r->{path}) {
        return AsrServer::ok($wav) if m{^/(?:a\.wav\?|one$|two$)};
        return AsrServer::ok('not audio' x 50) if $_ eq '/text';
        return "HTTP/1.1 503 Busy\r\n\r\n" if $_ eq '/later' && $r->{n} < 3;
        return AsrServer::ok($wav) if $_ eq '/later';
        return "HTTP/1.1 503 Busy\r\n\r\n" if $_ eq '/never';
        return "HTTP/1.1 302 Found\r\nLocation: one\r\n\r\n" if $_ eq '/go';
        return "HTTP/1.1 302 Found\r\nLocation: /loop\r\n\r\n"
            if $_ eq '/loop';
        return "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:$ENV{T_PORT}"
               . "/secret\r\n\r\n" if $_ eq '/in';
        return "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"
            if $_ eq '/huge';
        return substr AsrServer::ok($wav), 0, 5000 if $_ eq '/cut';
        return ["HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\nRIFF"]
            if $_ =~ m{^/(?:stall|hold)$};
        return \&again if $_ =~ m{^/again};
    }

    return "HTTP/1.1 404 Not Found\r\n\r\n";
});

# the same port for an address that is not allowed

$ENV{T_PORT} = $s->{port};
$s->up;

my $conf = <<'EOC';
%%GLOBALS%%
worker_processes 2;
events {}
http {
    %%HTTP%%
    asr_threads 2;
    asr_fetch_allow 127.0.0.1 internal.example;
    asr_fetch_limits size=10m time=60s stall=2s;
    server {
        listen 127.0.0.1:%%PORT%%;
        location /v1/ { asr u2; }
        location = /asr/status { asr_status; }
        location = /asr/metrics { asr_metrics; }
        location / { asr tencent; }
    }
}
EOC

my $t = AsrTest->new->conf($conf)->run;
my $c = $t->client;
my $text = speech_text('0880');


sub create
{
    my ($url, %fields) = @_;
    my $r = $c->tc3('CreateRecTask',
                    { EngineModelType => '16k_en', ChannelNum => 1,
                      ResTextFormat => 0, SourceType => 0, Url => $url,
                      %fields });
    my $id = $r->{json}{Response}{Data}{TaskId};

    ok($id, "created: $url") or diag($r->{body});

    return $id;
}


sub failed
{
    my ($url, $what, $message) = @_;
    my $d = $c->tc3_wait(create($url), 60 * slow())
              ->{json}{Response}{Data};

    is("$d->{Status} $d->{ErrorMsg}",
       '3 ' . ($message // 'Failed to download audio file!'), $what);
}


# The old workers are gone then, whatever they had in hand.

sub reload
{
    my ($what) = @_;
    my @old = $t->reload;

    ok(@old && $t->gone(10 * slow(), @old), $what);
}


# what comes

my $d = $c->tc3_wait(create($s->url('/a.wav?sign=%2B')), 60 * slow())
          ->{json}{Response}{Data};

is($d->{Status}, 2, 'fetched and recognised') or diag(explain($d));
$d->{Result} =~ s/^\[[^\]]*\]\s+//mg;
cmp_ok(word_errors($text, $d->{Result} =~ s/\n/ /gr), '<', 0.45,
       'the words of the recording');

my ($r) = $s->requests;
is("$r->{method} $r->{path}", 'GET /a.wav?sign=%2B', 'the URL as it was');
is(join(' ', grep { /^(?:authorization|cookie|referer|accept-encoding)$/ }
             keys %{ $r->{headers} }), '', 'nothing of ours told');

$r = $c->u2('POST', '/v1/audio/asr/tasks',
            { file_url => $s->url('/two'), model => 'u2-asr',
              format => 'wav' });
is($r->{status}, 200, 'file_url') or diag($r->{body});
$r = $c->u2_wait($r->{json}{task_id}, 60 * slow());
cmp_ok(word_errors($text, AsrClient::u2_text($r)), '<', 0.45,
       'file_url: the words of the recording') or diag($r->{body});

$d = $c->tc3_wait(create($s->url('/go')), 60 * slow())->{json}{Response}{Data};
is($d->{Status}, 2, 'a redirect is followed');

$d = $c->tc3_wait(create($s->url('/later')), 60 * slow())
       ->{json}{Response}{Data};
is($d->{Status}, 2, 'tried again after 503');
is(scalar($s->requests('/later')), 3, 'three times in all');

# a connection is for one request, though the server would take more

for my $k (1 .. 3) {
    $d = $c->tc3_wait(create($s->url("/again$k")), 60 * slow())
           ->{json}{Response}{Data};
    is($d->{Status}, 2, "by a connection of its own: $k");
}

# what does not

failed($s->url('/none'), 'not found');
is(scalar($s->requests('/none')), 1, 'not found: once');
failed($s->url('/never'), '503 for ever');
is(scalar($s->requests('/never')), 4, '503 for ever: four times');
failed($s->url('/cut'), 'truncated');
failed($s->url('/stall'), 'too slow');
failed($s->url('/huge'), 'a huge Content-Length');
failed($s->url('/loop'), 'a redirect loop');
is(scalar($s->requests('/loop')), 4, 'a redirect loop: three redirects');
failed('http://nowhere.invalid/', 'no such host');
failed($s->url('/text'), 'not audio', 'Failed to transcode audio file!');

$r = $c->u2('POST', '/v1/audio/asr/tasks',
            { file_url => $s->url('/none'), model => 'u2-asr',
              format => 'wav' });
$r = $c->u2_wait($r->{json}{task_id}, 60 * slow());
is($r->{json}{base_resp}{status_code}, 200007, 'file_url: 404');

# what must not be asked for

my $n = $s->requests;

failed("http://127.0.0.2:$s->{port}/one", 'another loopback address');
failed("http://0.0.0.0:$s->{port}/one", 'any address');
failed("http://[::1]:$s->{port}/one", 'the IPv6 loopback');
failed("http://[::ffff:127.0.0.2]:$s->{port}/one", 'an IPv4-mapped one');
failed("http://0x7f000002:$s->{port}/one", 'a number');
failed('http://169.254.169.254/latest/meta-data/', 'a metadata service');
failed('http://10.0.0.1:1/', 'a private address');

is(scalar($s->requests), $n, 'nobody was asked');

failed($s->url('/in'), 'a redirect to what is not allowed');
is(scalar($s->requests('/secret')), 0, 'which was not asked');

# refused at once

$r = $c->tc3('CreateRecTask',
             { EngineModelType => '16k_en', ChannelNum => 1,
               ResTextFormat => 0, SourceType => 0,
               Url => "http://me:pw\@127.0.0.1:$s->{port}/one" });
is(AsrClient::tc3_code($r), 'FailedOperation.ErrorDownFile', 'a user name');

$r = $c->u2('POST', '/v1/audio/asr/tasks',
            { file_url => 'ftp://127.0.0.1/', model => 'u2-asr',
              format => 'wav' });
is($r->{json}{base_resp}{status_code}, 100001, 'file_url: ftp')
    or diag($r->{body});

# counted

$r = $c->request('GET', '/asr/status')->{json};
cmp_ok($r->{network}{fetches}, '>=', 4, 'status: fetches');
cmp_ok($r->{network}{fetch_failures}, '>=', 10, 'status: failures');
is($r->{fetches}{waiting}, 0, 'status: none waits');
like($c->request('GET', '/asr/metrics')->{body}, qr/^asr_fetches_total \d+$/m,
     'metrics');

# a reload in the middle: given back, and fetched by the next worker

my $held = create($s->url('/hold'));

ok(scalar($s->wait_for('/hold', 1, 10 * slow())), 'a fetch in hand');

reload('reloaded');
cmp_ok(scalar($s->wait_for('/hold', 2, 20 * slow())), '>=', 2,
       'asked again');

# by name: what it resolves to is what counts, unless the name is allowed

is(scalar($s->requests('/one')), 1, 'one request so far');

$t->conf($conf =~ s/asr_fetch_allow.*\n//r);
reload('nothing is allowed any more');
failed("http://localhost:$s->{port}/one", 'a name of the loopback');
failed($s->url('/one'), 'the loopback');
is(scalar($s->requests('/one')), 1, 'still one');

$t->conf($conf =~ s/asr_fetch_allow.*/asr_fetch_allow LocalHost;/r);
reload('a name is allowed');
$d = $c->tc3_wait(create("http://localhost:$s->{port}/one"), 60 * slow())
       ->{json}{Response}{Data};
is($d->{Status}, 2, 'fetched by that name');
failed($s->url('/one'), 'and not by its address');

unlike($t->error_log, qr/sign=|meta-data/, 'no URL in the log');

$t->stop;
done_testing();
