#!/usr/bin/perl

# An "asr" location among nginx's other means: "if" and "limit_except" in it,
# a fallback of a proxied location, a mirror, and a refusal in the middle of a
# body on a connection that was to be kept.

use strict;
use warnings;

use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrTest;

my $t = AsrTest->new->conf(<<'EOC')->run;
%%GLOBALS%%
worker_processes 1;
events {}
http {
    %%HTTP%%
    asr_threads 0;
    server {
        listen 127.0.0.1:%%PORT%%;
        location /v1/ {
            asr u2;
            if ($http_x_trace) { set $trace 1; }
            limit_except GET { allow 127.0.0.1; deny all; }
            location /v1/docs/ { root %%PREFIX%%; }
        }
        location / { asr tencent; }
        location @local { asr tencent; }
        location /vendor/ {
            proxy_pass http://127.0.0.1:%%PORT%%/gone/;
            proxy_intercept_errors on;
            error_page 502 = @local;
        }
        location /streamed/ {
            proxy_request_buffering off;
            proxy_pass http://127.0.0.1:%%PORT%%/gone/;
            proxy_intercept_errors on;
            error_page 502 = @local;
        }
        location /gone/ {
            client_max_body_size 0;
            proxy_pass http://127.0.0.1:%%PORT_1%%;
        }
        location /both/ {
            mirror /v1/files/upload;
            proxy_pass http://127.0.0.1:%%PORT%%/v1/;
        }
        location = /asr/status { asr_status; }
    }
}
EOC

# the second server is a socket that is closed: nobody listens there

close $_ for splice @{ $t->{sockets} }, 1;

my $c = $t->client;
my $key = 'Bearer sk-demo-7c1f0b3a';
my $big = wav_cut('0870', 0, 7000);
my $huge = $big x 8;


sub chunked
{
    my ($body) = @_;
    my $out = '';

    while (length $body) {
        my $piece = substr $body, 0, 60000, '';
        $out .= sprintf("%x\r\n", length $piece) . "$piece\r\n";
    }

    return $out . "0\r\n\r\n";
}


sub upload
{
    my ($path, $audio, @headers) = @_;
    my $body = AsrClient::multipart('zz', ['purpose', 'a2t_async_input'],
                                    ['file', $audio, 'a.wav', 'audio/wav']);

    $body = chunked($body) if grep { $_ eq 'chunked' } @headers;

    return $c->request('POST', $path, body => $body,
        headers => ['Authorization', $key, 'Content-Type',
                    'multipart/form-data; boundary=zz', @headers]);
}

for my $h ([], ['Transfer-Encoding', 'chunked'], ['X-Trace', 1],
           ['X-Trace', 1, 'Transfer-Encoding', 'chunked'])
{
    is(upload('/v1/files/upload', $huge, @$h)->{json}{file}{bytes},
       length $huge, "no limit of nginx's: @$h");
}

# a body that was read for another location: in memory, in a file, streamed

for my $ms (100, 7000) {
    my $p = AsrClient::rec_task(encode_base64(wav_cut('0870', 0, $ms), ''));

    for my $loc ('vendor', 'streamed') {
        my $bytes = $c->tc3_bytes('CreateRecTask', $p);

        $bytes =~ s{^POST /}{POST /$loc/};

        my $r = $c->raw($bytes);
        my $code = AsrClient::tc3_code($r);

        if ($loc eq 'vendor' || $r->{json}{Response}{Data}) {
            ok($r->{json}{Response}{Data}{TaskId},
               "fallback of $loc, $ms ms") or diag($r->{body});
        } else {
            is($code, 'InternalError', "fallback of $loc, $ms ms")
                or diag("$r->{status} $r->{body}");
        }
    }
}

is(upload('/both/files/upload', $big)->{json}{file}{bytes}, length $big,
   'beside a mirror');
ok((wait_until {
        my $r = $c->request('GET', '/asr/status', body => '');
        $r->{json}{files}{count} == 6;
    } 10), 'which got the body too')
    or diag($c->request('GET', '/asr/status', body => '')->{body});

# too long, in the middle of a body; what follows it is not a request

my $s = $c->start("POST /v1/audio/asr/tasks HTTP/1.1\r\nHost: a\r\n"
    . "Authorization: $key\r\nContent-Type: application/json\r\n"
    . "Transfer-Encoding: chunked\r\n\r\n7fffff\r\n" . ' ' x 1_100_000);
my $r = $c->finish($s);

is($r->{status}, 413, 'refused in the middle of a body');
is($r->{headers}{connection}, 'close', 'and told that it is the last');

like($c->request('GET', '/v1/docs/none')->{body}, qr/<html>/,
     'files nested in our location are not ours');
ok($c->request('DELETE', '/v1/files')->{json}{base_resp},
   'what limit_except lets through is');

$t->stop;
done_testing();
