#!/usr/bin/perl

# Document 002: what is refused, by the API and by nginx itself, and that the
# directives tell what is wrong with them.

use strict;
use warnings;

use Test::More;

use AsrMemories;
use AsrTest;

my $accounts = AsrMemories::accounts('memories.upload' => '1r/m',
                                     'memories.transcriptions' => '2r/m');
my $t = AsrTest->new(accounts => $accounts)->conf(<<'EOF')->run;
%%GLOBALS%%
worker_processes 2;
events {}
http {
    %%HTTP%%
    asr_threads 0;
    server {
        listen 127.0.0.1:%%PORT%%;
        large_client_header_buffers 4 2k;
        location /serve/api/v2/ { asr memories; }
    }
}
EOF

my $c = AsrMemories->new($t->port, 'sk-demo-7c1f0b3a');
my $other = 'Bearer sk-other-19d2e4f5';
my $r;


sub is_error
{
    my ($r, $status, $code, $msg, $what) = @_;

    is($r->{status}, $status, "$what: status");
    is($r->{json}{code}, $code, "$what: code");
    like($r->{json}{msg} // '', $msg, "$what: msg");
    ok(exists $r->{json}{data} && !$r->{json}{success} && $r->{json}{failed},
       "$what: envelope");

    return;
}


is_error($c->call('GET', '/re_1/metadata', undef, key => ''), 401, '0401',
         qr/^Unauthorized$/, 'no key');
is_error($c->call('GET', '/re_1/metadata', undef, key => 'sk-x'), 401, '0401',
         qr/^Unauthorized$/, 'a wrong key');
is_error($c->call('GET', '/re_1/metadata'), 400, '0001',
         qr/^Asset not found$/, 'no asset');
is_error($c->call('GET', '/nothing/here'), 404, '0404', qr/^Not found$/,
         'no path');
is_error($c->call('PUT', '/upload', '{}'), 405, '0405', qr/^Method/,
         'another method');
is_error($c->call('POST', '/upload', '{}'), 415, '0415', qr/^Unsupported/,
         'an upload as JSON');

# nginx's own

is_error($c->call('GET', '/' . 'x' x 5000), 414, '0414', qr/too long/,
         'a long URI');
is_error($c->raw("GET /serve/api/v2/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
         400, '0001', qr/not valid HTTP/, 'two Hosts');
is_error($c->call('POST', '/transcriptions/async-generate-audio',
                  'x' x 30000), 413, '0413', qr/too large/, 'a large body');

# limits of an account, over its workers; the other's are its own

$r = $c->upload('data');
is($r->{status}, 200, 'limit: an upload');

my $asset = $r->{json}{data}{asset_id};

is_error($r = $c->upload('data'), 429, '0429', qr/^Rate limit exceeded$/,
         'limit: a second');
like($r->{headers}{'retry-after'} // '', qr/^\d+$/, 'limit: Retry-After');
is_error($c->call('POST', '/upload/signed-url',
                  { original_filename => 'a' }), 429, '0429', qr/^Rate/,
         'limit: signed URLs count as uploads');

is_error($c->async('', {}), 400, '0001',
         qr/^asset_id cannot be null or empty$/, 'asset_id');
is($c->async($asset)->{status}, 200, 'limit: a transcription');
is_error($c->sync($asset), 429, '0429', qr/^Rate/, 'limit: the third');

is_error($c->async($asset, {}, key => $other), 400, '0001',
         qr/^An async request requires at least one webhook\.$/,
         'no webhook');
is_error($c->async($asset, { callback_url => 'http://a/' }, key => $other),
         400, '0001', qr/^Asset not found$/, "another's asset");

$t->stop;


# directives

sub check
{
    my ($line) = @_;

    $t->conf(<<"EOF");
%%GLOBALS%%
events {}
http {
    %%HTTP%%
    $line
    server {
        listen 127.0.0.1:%%PORT%%;
        location / { asr memories u2 tencent; }
    }
}
EOF

    return $t->check_conf;
}


for my $line ('', 'asr_memories_code string;', 'asr_memories_code integer;',
              'asr_memories_sync time=5m;', 'asr_memories_sync requests=0;',
              'asr_memories_sync time=1500ms requests=65535;',
              'asr_memories_sync requests=1 time=1s;',
              'asr_public_url http://[::1]:81;',
              'asr_public_url https://asr.example;')
{
    my ($rc, $said) = check($line);
    is($rc, 0, "accepts \"$line\"") or diag($said);
}

for my $case (['asr_memories_code number', '"number"'],
              ['asr_memories_code', 'number of arguments'],
              ['asr_memories_code string; asr_memories_code string',
               'duplicate'],
              ['asr_memories_sync', 'number of arguments'],
              ['asr_memories_sync time=0', '"time=0"'],
              ['asr_memories_sync time=x', '"time=x"'],
              ['asr_memories_sync requests=-1', '"requests=-1"'],
              ['asr_memories_sync requests=65536', '"requests=65536"'],
              ['asr_memories_sync held=1', '"held=1"'],
              ['asr_memories_sync time=1s time=2s', 'duplicate'],
              ['asr_memories_sync requests=1; asr_memories_sync requests=2',
               'duplicate'],
              ['asr_public_url asr.example', '"asr.example"'],
              ['asr_public_url https://', '"https://"'],
              ['asr_public_url https://a/', '"https://a/"'],
              ['asr_public_url http://a; asr_public_url http://a',
               'duplicate'])
{
    my ($line, $says) = @$case;
    my ($rc, $said) = check("$line;");

    ok($rc != 0 && $said =~ /\[emerg\][^\n]*\Q$says\E/, "refuses \"$line\"")
        or diag($said);
}

done_testing();
