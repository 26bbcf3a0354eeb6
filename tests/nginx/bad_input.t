#!/usr/bin/perl

# Hostile and broken requests to both APIs: each gets its document's envelope,
# never a page of HTML, never an internal error, and the next one is served.

use strict;
use warnings;

use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrTest;

my $t = AsrTest->new->conf(<<'EOF')->run;
%%GLOBALS%%
worker_processes 1;
events {}
http {
    %%HTTP%%
    asr_threads 0;
    server {
        listen 127.0.0.1:%%PORT%%;
        client_header_timeout 2s;
        client_body_timeout 2s;
        location /v1/ { asr u2; }
        location / { asr tencent; }
    }
}
EOF

my $c = $t->client;
my $tasks = '/v1/audio/asr/tasks';
my $wav = wav_cut('0880', 0, 1200);
my $data = encode_base64($wav, '');
my $file = $c->u2_file($wav);
my $rec = AsrClient::rec_task($data);

my @type = ('Content-Type', 'application/json');
my @key = ('Authorization', 'Bearer sk-demo-7c1f0b3a');

ok($file, 'a file to speak of');


sub u2_says
{
    my ($r, $what, $status) = @_;
    my $code = $r->{json}{base_resp}{status_code} // 'none';

    $status //= qr/400/;
    ok($r->{status} =~ /^$status$/ && $code =~ /^10\d{4}$/ && $code ne 100999,
       "u2: $what: $r->{status} $code") or diag(substr $r->{body}, 0, 500);
}


sub tc3_says
{
    my ($r, $what, $code) = @_;
    my $got = AsrClient::tc3_code($r);

    $code //= qr/(?:InvalidParameter(?:Value)?|MissingParameter)/;
    ok($r->{status} == 200 && $got =~ /^$code$/
       && $r->{headers}{'content-type'} eq 'application/json',
       "tencent: $what: $r->{status} $got")
        or diag(substr $r->{body}, 0, 500);
}


# bodies that are no JSON object

my @bodies = (
    ['empty', ''], ['blank', ' '], ['null', 'null'], ['number', '1'],
    ['string', '"x"'], ['array', '[]'], ['cut', '{"a":'],
    ['no closing brace', '{"a":1'], ['two values', '{}{}'],
    ['trailing text', '{} x'], ['trailing comma', '{"a":1,}'],
    ['single quotes', "{'a':1}"], ['comment', '{/* */}'], ['NUL', "\0"],
    ['NUL inside', "{\"a\":\"\0\"}"], ['escaped NUL', '{"model":"\u0000"}'],
    ['invalid UTF-8', "{\"model\":\"\xff\xfe\"}"],
    ['overlong UTF-8', "{\"model\":\"\xc0\xaf\"}"],
    ['surrogate', "{\"model\":\"\xed\xa0\x80\"}"],
    ['lone escaped surrogate', '{"model":"\ud800"}'],
    ['byte order mark', "\xef\xbb\xbf\x00{}"],
    ['UTF-16', "{\0}\0"],
    ['100 deep, arrays', '{"a":' . '[' x 100 . ']' x 100 . '}'],
    ['100 deep, objects', '{"a":' x 100 . '1' . '}' x 100],
    ['10000 deep, open', '[' x 10000],
    ['duplicate keys', '{"model":"u2-asr","model":"u2-asr","ChannelNum":1,'
                       . '"ChannelNum":1}'],
    ['NaN', '{"a":NaN}'], ['hex', '{"a":0x1}'], ['leading zero', '{"a":01}'],
    ['control character', "{\"a\":\"\x01\"}"],
    ['bad escape', '{"a":"\q"}'],
    ['an exponent beyond doubles', '{"ChannelNum":1e999,"file_id":1e999}'],
);

for my $case (@bodies) {
    my ($what, $body) = @$case;

    u2_says($c->u2('POST', $tasks, $body), $what, qr/4\d\d/);
    tc3_says($c->tc3('CreateRecTask', $body), $what,
             qr/(?:InvalidParameter(?:Value)?|MissingParameter
                |UnknownParameter)/x);
}

# parameters of document 000

my $true = JSON::PP::true;

for my $case (
    ['file_id', undef, 'x', -1, 0, 1.5, $true, [], {}, '', '1x', ' 1'],
    ['model', undef, '', 'u3', 'U2-ASR', 1, $true, [], {}],
    ['format', undef, '', 'flac', 'WAV', 'wav ', 1, [], {}],
    ['sample_rate', 0, -1, 1e9, '16000', 16000.5, $true, []],
    ['enable_itn', 1, 'true', []], ['enable_speaker', 0, 'no'],
    ['channel', 0, 3, -1, '1', 1.5], ['word_info', 'false', 1],
    ['context', 1, [], 'c' x 501], ['hotwords', 'a', {}, [1], ['abcdef'],
     [('ab') x 201], [undef]],
    ['file_url', 'http://127.0.0.1/a.wav', 1])
{
    my ($name, @values) = @$case;

    for my $v (@values) {
        my $b = AsrClient::u2_body($file, $name => $v);
        my $shown = substr AsrHttp::json_encode([$v]), 0, 30;

        delete $b->{$name} unless defined $v;
        u2_says($c->u2('POST', $tasks, $b), "$name $shown");
    }
}

is($c->u2('POST', $tasks, AsrClient::u2_body($file, context => 'c' x 500,
       hotwords => [("\x{4e2d}" x 5) x 200]))->{status}, 200,
   'u2: the largest that is allowed');
is($c->u2('POST', $tasks, AsrClient::u2_body("$file", unheard_of => [1, {}]))
       ->{status}, 200, 'u2: unknown members, the id as a string');

# parameters of document 001

for my $case (
    ['ChannelNum', undef, '1', 1.5, [], {}, $true, -1, 0, 1e9],
    ['EngineModelType', undef, 1, '', [], "16k_en\n", 'x' x 5000],
    ['Data', undef, 1, [], $true, '=', '====', 'YQ', 'YQ=', 'YQ==YQ==',
     "YW\nJj", 'YWJj ', 'YWJ-'],
    ['SourceType', undef, '1', 7], ['ResTextFormat', undef, '0', 99],
    ['DataLen', '5', -1, 1.5], ['HotwordList', 1, '|', 'a|', '|5', 'a|0',
     'a|x', 'b' x 31 . '|5', join ',', ('a|1') x 129],
    ['KeyWordLibIdList', 'a', [1], [('a') x 11]])
{
    my ($name, @values) = @$case;

    for my $v (@values) {
        my %p = (%$rec, $name => $v);
        my $shown = substr AsrHttp::json_encode([$v]), 0, 30;

        delete $p{$name} unless defined $v;
        tc3_says($c->tc3('CreateRecTask', \%p), "$name $shown");
    }
}

# base64 cut at each of the last places

for my $n (1 .. 4) {
    my $d = substr $data, 0, length($data) - ($data =~ /=/ ? 4 : 0) - $n;

    next if length($d) % 4 == 0;
    tc3_says($c->tc3('CreateRecTask', { %$rec, Data => $d }),
             "base64 cut by $n", qr/InvalidParameterValue/);
}

# content types

u2_says($c->u2('POST', $tasks, AsrClient::u2_body($file), type => $_),
        "type $_", qr/4\d\d/)
    for 'text/plain', 'application/x-www-form-urlencoded', 'x' x 300;
tc3_says($c->tc3('CreateRecTask', $rec, type => $_), "type $_",
         qr/(?:InvalidParameter|AuthFailure\.\w+|MissingParameter)/)
    for 'text/plain', 'application/x-www-form-urlencoded',
        'multipart/form-data';

# broken forms, v1

for my $body ('', '&', '=', 'a', 'Action', 'Action=%', 'Action=%zz', '%00=1',
              'Action=CreateRecTask&Action=CreateRecTask', 'a=1&' x 5000,
              'x' x 100_000)
{
    tc3_says($c->request('POST', '/', body => $body, headers =>
                 ['Content-Type', 'application/x-www-form-urlencoded']),
             'form ' . substr($body, 0, 20), qr/[A-Z]\w+(?:\.\w+)?/);
}

# HTTP itself

for my $case (
    ['no version', "GET $tasks/1 FOO\r\n\r\n"],
    ['no URI', "GET\r\n\r\n"],
    ['not HTTP', "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"],
    ['a space in the URI', "GET $tasks/a b c HTTP/1.1\r\nHost: a\r\n\r\n"],
    ['no Host', "POST $tasks HTTP/1.1\r\nContent-Length: 0\r\n\r\n"],
    ['two Hosts', "GET $tasks HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"],
    ['bad Host', "GET $tasks HTTP/1.1\r\nHost: a/b c\r\n\r\n"],
    ['bad Content-Length', "POST $tasks HTTP/1.1\r\nHost: a\r\n"
                           . "Content-Length: x\r\n\r\n"],
    ['negative Content-Length', "POST $tasks HTTP/1.1\r\nHost: a\r\n"
                                . "Content-Length: -1\r\n\r\n"],
    ['two Content-Lengths', "POST $tasks HTTP/1.1\r\nHost: a\r\nContent-"
         . "Length: 1\r\nContent-Length: 2\r\n\r\n12"],
    ['length and chunked', "POST $tasks HTTP/1.1\r\nHost: a\r\n"
         . "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1"],
    ['unknown coding', "POST $tasks HTTP/1.1\r\nHost: a\r\n"
                       . "Transfer-Encoding: gzip\r\n\r\n"],
    ['header without colon', "GET $tasks HTTP/1.1\r\nHost: a\r\nx y\r\n\r\n"],
    ['header over the buffer', "GET $tasks HTTP/1.1\r\nHost: a\r\nX: "
                               . 'x' x 40000 . "\r\n\r\n"],
    ['URI over the buffer', "GET $tasks/" . 'x' x 40000
                            . " HTTP/1.1\r\nHost: a\r\n\r\n"],
    ['NUL in the URI', "GET $tasks/%00 HTTP/1.1\r\nHost: a\r\n\r\n"],
    ['up out of the root', "GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n"
                           . "\r\n"],
    ['TRACE', "TRACE $tasks HTTP/1.1\r\nHost: a\r\n\r\n"],
    ['CONNECT', "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"],
    ['unknown method', "FROB $tasks HTTP/1.1\r\nHost: a\r\n\r\n"],
    ['OPTIONS', "OPTIONS $tasks HTTP/1.1\r\nHost: a\r\n\r\n"],
    ['HTTP/2.0 in text', "GET $tasks HTTP/2.0\r\nHost: a\r\n\r\n"],
    ['bad chunk', join "\r\n", "POST $tasks HTTP/1.1", 'Host: a', @{[
         "Authorization: $key[1]"]}, 'Content-Type: application/json',
         'Transfer-Encoding: chunked', '', 'zz', 'x', ''],
    ['a body that does not come', join "\r\n", "POST $tasks HTTP/1.1",
         'Host: a', "Authorization: $key[1]", 'Content-Length: 100', '', ''])
{
    my ($what, $bytes) = @$case;
    my $r = $c->raw($bytes, timeout => 10);

    unlike($r->{body}, qr/<html/i, "HTTP: $what: no HTML ($r->{status})");
    unlike($r->{status}, qr/^50[^15]/, "HTTP: $what: no server error");
    ok($r->{json} || $r->{status} == 0 || $r->{body} eq '',
       "HTTP: $what: an envelope") or diag($r->{head}, $r->{body});
}

# over the documents' limits, told in advance or not

for my $case (['too long', 0], ['chunked and too long', 1]) {
    my ($what, $chunked) = @$case;
    my @h = $chunked ? ('Transfer-Encoding', 'chunked') : ();
    my @body = map {
        my $body = 'x' x $_;
        $chunked ? sprintf("%x\r\n%s\r\n0\r\n\r\n", $_, $body) : $body
    } 25_000, 10 * 1024 * 1024 + 1;

    u2_says($c->u2('POST', $tasks, $body[0], headers => \@h), $what, 413);
    tc3_says($c->tc3('CreateRecTask', $body[1], headers => \@h), $what,
             'RequestSizeLimitExceeded');
}

# HTTP/1.0, chunks and 100-continue are not errors

my $json = AsrHttp::json_encode(AsrClient::u2_body($file));
my $len = length $json;
my $r = $c->raw("POST $tasks HTTP/1.0\r\nAuthorization: $key[1]\r\n"
                . "Content-Type: application/json\r\nContent-Length: $len\r\n"
                . "\r\n$json");
is($r->{status}, 200, 'HTTP/1.0');

my $chunks = join '', map { sprintf "%x;ext=1\r\n%s\r\n", length $_, $_ }
                      $json =~ /(.{1,7})/gs;
$r = $c->raw("POST $tasks HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
             . "Authorization: $key[1]\r\nContent-Type: application/json\r\n"
             . "Transfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n");
is($r->{status}, 200, 'chunked');
ok($r->{json}{task_id}, 'chunked: a task') or diag($r->{body});

my $head = "POST $tasks HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
           . "Content-Type: application/json\r\nContent-Length: $len\r\n"
           . "Expect: 100-continue\r\n";
my $s = $c->start("${head}Authorization: $key[1]\r\n\r\n");
AsrHttp::send_all($s, $json);
$r = $c->finish($s);
ok($r->{continued} && $r->{status} == 200, 'Expect: 100-continue');

$r = $c->raw("${head}Authorization: Bearer wrong\r\n\r\n");
ok(!$r->{continued} && $r->{status} == 401,
   'Expect: a wrong key is told before the body is asked for');

$r = $c->raw($c->tc3_bytes('CreateRecTask', $rec, id => 'nobody',
                           headers => ['Expect', '100-continue'])
             =~ s/\r\n\r\n.*/\r\n\r\n/sr);
ok(!$r->{continued} && AsrClient::tc3_code($r) =~ /SecretIdNotFound/,
   'Expect: an unknown id is told before the body is asked for');

# HEAD is answered without a body

$r = $c->request('HEAD', "$tasks/1", headers => [@key]);
is($r->{body}, '', 'HEAD: no body');

# several on one connection

$s = $c->start($c->u2_bytes('POST', $tasks, '{', keep => 1));
my @codes = ($c->finish($s, keep => 1)->{status});
AsrHttp::send_all($s, $c->u2_bytes('POST', $tasks, $json));
push @codes, $c->finish($s)->{status};
is("@codes", '400 200', 'a refused request does not cost the connection');

is($c->u2('POST', $tasks, $json)->{status}, 200, 'still serving');

$t->stop;
done_testing();
