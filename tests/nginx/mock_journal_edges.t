#!/usr/bin/perl

# What the journal makes of requests that are large, odd, refused by nginx
# itself, or full of secrets; and of more of them than it has room for.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use File::Temp qw(tempdir);
use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrHttp qw(json_encode);
use AsrMemories;
use AsrMock;
use AsrTest;

my %secret = (
    bearer => 'sk-demo-7c1f0b3a55aa90', secret => 'topsecret-55f1c2e9d8bb01',
    token => 'ephemeral-token-9a8b7c6d5e', cookie => 'session-cookie-4f3e2d1c',
    wrong => 'sk-nobody-00ff11ee22dd33',
);
my $dir = tempdir(TMPDIR => 1, CLEANUP => 1);

open my $f, '>', "$dir/accounts.json" or die "$dir: $!\n";
print $f json_encode({ accounts => [ { name => 'demo', keys => [
    { bearer => $secret{bearer} },
    { secret_id => 'AKIDdemo00000000000001',
      secret_key => $secret{secret} } ] } ] });
close $f;

my $m = AsrMock->new('--accounts', "$dir/accounts.json", '--memory', '2m',
                     '--verbose');
my $c = AsrClient->new($m->port, { accounts => [ { name => 'demo', keys => [
    { bearer => $secret{bearer}, secret_id => 'AKIDdemo00000000000001',
      secret_key => $secret{secret} } ] } ] });
my $any = $m->client('test-edges');
my $small = encode_base64("\0" x 64, '');
my @cookie = ('Cookie', "sid=$secret{cookie}", 'X-Api-Key', $secret{bearer});


# secrets are nowhere: in good requests and bad ones, where they belong or not

$c->u2_poll(1, headers => [@cookie]);
$c->u2('GET', "/v1/x?api_key=$secret{bearer}&token=$secret{token}");
$c->u2_poll(1, bearer => $secret{wrong});
$c->u2_poll(1, bearer => "\"$secret{bearer}\"");
$c->u2_create(5, { api_key => $secret{bearer} });
$c->u2_create(5, {}, bearer => $secret{secret});
$c->tc3('CreateRecTask', AsrClient::rec_task($small), token => $secret{token},
        headers => [@cookie]);
$c->tc3('CreateRecTask', AsrClient::rec_task($small),
        secret => "$secret{wrong} ");
$c->tc3('CreateRecTask', AsrClient::rec_task($small), host => "127.0.0.1",
        signed_host => '127.0.0.1:80');
$c->tc3('CreateRecTask', { SecretKey => $secret{secret} });
$c->v1('CreateRecTask', { EngineModelType => '16k_en' });
$c->v1('CreateRecTask', { Token => $secret{token} }, method => 'GET');
AsrMemories->new($m->port, $secret{bearer})->async('x');
$m->set_plan('demo', { text => 'a plan' });

my @where = map { my $w = $_; map { "worlds/$w/$_" }
                  qw(requests requests.har requests.curl requests.jsonl plan
                     report limits tasks callbacks) } qw(demo _);
push @where, 'worlds', 'report?format=html', 'report?format=text';
push @where, map { my $w = $_; map { "worlds/$w/requests/$_->{id}" }
                   @{ $m->world($w, 'requests')->{requests} } } qw(demo _);

my $all = join "\n", (map { $m->admin('GET', $_)->{body} } @where),
                     $m->errors;

cmp_ok(scalar @where, '>', 30, 'looked everywhere');
like($all, qr/AuthFailure/, '... at what is there');

for my $name (sort keys %secret) {
    unlike($all, qr/\Q$secret{$name}\E/, "no $name");
}


# large bodies: a digest, and no text

my $big = json_encode({ %{ AsrClient::u2_body('1') },
                        junk => 'x' x 70000 });
$any->u2('POST', AsrClient::TASKS, $big);
my $one = $m->last_request('test-edges');
is($one->{status}, 413, 'over 24 KB');
is($one->{body_bytes}, length $big, '... its size is known');
is($one->{body}, undef, '... its text is not');
is(scalar(grep { $_->{words} =~ /JSON object/ } @{ $one->{findings} }), 0,
   '... nor is anything said of it');

$any->tc3('CreateRecTask',
          AsrClient::rec_task(encode_base64("\0" x 99999, '')));
$one = $m->last_request('test-edges');
cmp_ok($one->{body_bytes}, '>', 65536, 'a body over 64 KB');
is($one->{body}, undef, '... is not kept');
like($one->{body_sha256}, qr/^[0-9a-f]{64}$/, '... its digest is');

my $r = $any->u2_upload("\0" x (100 << 20));
like($r->{json}{file}{file_id}, qr/^\d+$/, 'a file of 100 MB');
cmp_ok($m->last_request('test-edges')->{body_bytes}, '>', 100 << 20,
       '... is in the journal');


# bodies and heads of other kinds

my $body = json_encode(AsrClient::u2_body(1));
$r = $any->raw("POST /v1/audio/asr/tasks HTTP/1.1\r\nHost: x\r\n"
    . "Authorization: Bearer test-edges\r\nContent-Type: application/json\r\n"
    . "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    . join('', map { sprintf "%x\r\n%s\r\n", length, $_ }
           $body =~ /(.{1,7})/gs) . "0\r\n\r\n");
is($m->last_request('test-edges')->{body}, $body, 'chunks');

$any->tc3('CreateRecTask', AsrClient::rec_task($small), version => '1.0',
          token => 'none');
$one = $m->last_request('test-edges');
like($one->{body}, qr/EngineModelType/, 'the body of one refused by its head');
is(scalar(grep { $_->{got} eq 'an empty body' } @{ $one->{findings} }), 0,
   '... is not said to be empty');

$r = $any->raw("GET /v1/audio/asr/tasks/1 HTTP/1.0\r\n"
               . "Authorization: Bearer test-edges\r\n\r\n");
like($r->{body}, qr/base_resp/, 'HTTP/1.0');
$r = $any->raw("HEAD /v1/audio/asr/tasks/1 HTTP/1.1\r\nHost: x\r\n"
               . "Authorization: Bearer test-edges\r\n"
               . "Connection: close\r\n\r\n",
               head => 1);
is($r->{body}, '', 'HEAD');
is($m->last_request('test-edges')->{method}, 'HEAD', '... is seen');


# what nginx refuses: the vendor's envelope, and an entry

my %refused = (
    'no version' => [400, "GARBAGE\r\n\r\n"],
    'a bad header' => [400, "GET /v1/files HTTP/1.1\r\nHost: x\r\nA B\r\n\r\n"],
    'no Host' => [400, "GET / HTTP/1.1\r\n\r\n"],
    'a long URI' => [414, 'GET /' . 'x' x 50000 . " HTTP/1.1\r\n\r\n"],
    'an unknown coding' => [400, "POST / HTTP/1.1\r\nHost: x\r\n"
                                 . "Transfer-Encoding: br\r\n\r\n"],
);

for my $what (sort keys %refused) {
    my $n = $m->world('_', 'requests/count')->{count};

    $r = $any->raw($refused{$what}[1]);
    is($r->{status}, $refused{$what}[0], $what);
    like($r->{body}, qr/RequestId|base_resp/, '... in its envelope');
    is($m->world('_', 'requests/count')->{count}, $n + 1, '... is seen');
}


# more than there is room for

my $id = $m->last_request('_')->{id};
my $post = $any->u2_bytes('POST', AsrClient::TASKS,
                          AsrClient::u2_body(1, x => 'y' x 9000),
                          headers => ['Connection', 'keep-alive']);
my $s = $any->start('');

for (1 .. 300) {
    AsrHttp::send_all($s, $post);
    $any->finish($s, keep => 1);
}

my $list = $m->world('test-edges', 'requests');
cmp_ok($list->{dropped}, '>', 100, 'the oldest go');
is($list->{requests}[-1]{id}, $id + 300, 'the newest stay');
is($m->admin('GET', 'worlds/test-edges/requests/' . ($id + 1))->{status}, 404,
   'what is gone is gone');
is($m->admin('GET', 'worlds/test-edges/requests/' . ($id + 300))->{status},
   200, 'what is not is not');

$m->stop;

done_testing();
