#!/usr/bin/perl

# Document 000's companions: files are uploaded, shown, listed, deleted, and
# belong to their account.

use strict;
use warnings;

use Test::More;

use AsrMemories;
use AsrTest;

my $t = AsrTest->new->conf(<<'EOF')->run;
%%GLOBALS%%
worker_processes 2;
events {}
http {
    %%HTTP%%
    asr_threads 0;
    server {
        listen 127.0.0.1:%%PORT%%;
        location /v1/ { asr u2; }
        location /serve/api/v2/ { asr memories; }
    }
}
EOF

my $c = $t->client;
my ($r, $id, @ids);


sub code
{
    my ($r) = @_;

    return $r->{json}{base_resp}{status_code} // 'none';
}


# small ones live in the store, large ones in the spool

for my $size (1, 1000, 16384, 16385, 3_000_000) {
    my $bytes = join '', map { chr($_ * 7 % 256) } 1 .. 1000;
    $bytes = substr $bytes x (1 + $size / 1000), 0, $size;

    $r = $c->u2_upload($bytes, filename => "f$size.wav");
    $id = $r->{json}{file}{file_id};
    is($r->{json}{file}{bytes}, $size, "$size bytes: uploaded");

    $r = $c->u2('GET', "/v1/files/retrieve?file_id=$id");
    is($r->{json}{file}{bytes}, $size, "$size bytes: shown");
    is($r->{json}{file}{filename}, "f$size.wav", "$size bytes: its name");

    $r = $c->u2('GET', "/v1/files/retrieve_content?file_id=$id");
    ok($r->{status} == 200 && $r->{body} eq $bytes,
       "$size bytes: the same content");

    push @ids, $id;
}

is(scalar(keys %{ { map { $_ => 1 } @ids } }), 5, 'ids differ');

for my $path ('/v1/files', '/v1/files/list',
              '/v1/files/list?purpose=a2t_async_input')
{
    $r = $c->u2('GET', $path);
    is_deeply([sort { $a <=> $b } map { $_->{file_id} }
                   @{ $r->{json}{files} }],
              [sort { $a <=> $b } @ids], "$path: all");
}

$r = $c->u2('GET', '/v1/files/list?purpose=other');
is_deeply($r->{json}{files}, [], 'list: none of another purpose');

# another account

$r = $c->u2('GET', '/v1/files', undef, account => 'other');
is_deeply($r->{json}{files}, [], 'another account: lists none');

for my $path ('retrieve', 'retrieve_content') {
    $r = $c->u2('GET', "/v1/files/$path?file_id=$id", undef,
                account => 'other');
    is(code($r), 100002, "another account: $path");
}

$r = $c->u2('POST', '/v1/files/delete', { file_id => $id },
            account => 'other');
is(code($r), 100002, 'another account: delete');
is(code($c->u2_create($id, undef, account => 'other')), 100002,
   'another account: create');

# what the account has uploaded to another API

my $m = AsrMemories->new($t->port, 'sk-demo-7c1f0b3a');
my ($asset) = ($m->asset('memories') // '') =~ /^re_1?0*(\d+)$/;

for my $path ('/v1/files', '/v1/files/list', '/v1/files?purpose=memories') {
    $r = $c->u2('GET', $path);
    is(scalar(grep { $_->{file_id} == $asset } @{ $r->{json}{files} }), 0,
       "another API's file: $path");
}

for my $path ('retrieve', 'retrieve_content') {
    for my $purpose ('', '&purpose=memories') {
        $r = $c->u2('GET', "/v1/files/$path?file_id=$asset$purpose");
        is(code($r), 100002, "another API's file: $path$purpose");
    }
}

is(code($c->u2('POST', '/v1/files/delete', { file_id => $asset })), 100002,
   "another API's file: delete");
is(code($c->u2('POST', '/v1/files/delete',
               { file_id => $asset, purpose => 'memories' })), 100002,
   "another API's file: delete, by its purpose");

# delete

$r = $c->u2('POST', '/v1/files/delete',
            { file_id => $id, purpose => 'voice_clone' });
is(code($r), 100002, 'delete: another purpose');

$r = $c->u2('POST', '/v1/files/delete',
            { file_id => "$id", purpose => 'a2t_async_input' });
is(code($r), 0, 'delete: done, the id as a string');

for my $path ('retrieve', 'retrieve_content') {
    is(code($c->u2('GET', "/v1/files/$path?file_id=$id")), 100002,
       "deleted: $path");
}

is(code($c->u2('POST', '/v1/files/delete', { file_id => $id })), 100002,
   'deleted: delete');
is(code($c->u2_create($id)), 100002, 'deleted: create');

# the multipart body in other shapes

my $b = 'x' x 70;
my @cases = (
    ['file first', 0, ['file', 'abc', 'a.wav', 'audio/wav'],
                      ['purpose', 'a2t_async_input']],
    ['no purpose', 100001, ['file', 'abc', 'a.wav', 'audio/wav']],
    ['no file', 100001, ['purpose', 'a2t_async_input']],
    ['two files', 100001, ['purpose', 'a2t_async_input'],
                          ['file', 'abc', 'a.wav', 'audio/wav'],
                          ['file', 'def', 'b.wav', 'audio/wav']],
    ['empty file', 100001, ['purpose', 'a2t_async_input'],
                           ['file', '', 'a.wav', 'audio/wav']],
    ['another purpose', 100001, ['purpose', 'voice_clone'],
                                ['file', 'abc', 'a.wav', 'audio/wav']],
    ['a long name', 100001, ['purpose', 'a2t_async_input'],
                            ['file', 'abc', 'n' x 5000, 'audio/wav']],
    ['UTF-8 in the name', 0, ['purpose', 'a2t_async_input'],
                     ['file', 'abc', "\xe5\xbd\x95.wav", 'audio/wav']],
    ['a boundary in the data', 0, ['purpose', 'a2t_async_input'],
                     ['file', "abc\r\n--" . 'x' x 69, 'a.wav', 'audio/wav']],
);

for my $case (@cases) {
    my ($what, $want, @parts) = @$case;

    $r = $c->u2('POST', '/v1/files/upload', AsrClient::multipart($b, @parts),
                type => "multipart/form-data; boundary=\"$b\"");
    is(code($r), $want, "multipart: $what") or diag($r->{body});
}

my $whole = AsrClient::multipart($b, ['purpose', 'a2t_async_input'],
                                 ['file', 'abc', 'a.wav', 'audio/wav']);

for my $case (['cut short', substr($whole, 0, -40), "; boundary=$b"],
              ['no boundary given', $whole, ''],
              ['another boundary', $whole, '; boundary=y'],
              ['empty', '', "; boundary=$b"],
              ['not multipart', 'hello', "; boundary=$b"])
{
    my ($what, $body, $param) = @$case;

    $r = $c->u2('POST', '/v1/files/upload', $body,
                type => "multipart/form-data$param");
    is($r->{status} . ' ' . code($r), '400 100001', "multipart: $what");
}

$r = $c->u2('POST', '/v1/files/upload', '{}');
is(code($r), 100001, 'upload as JSON');

$t->stop;
done_testing();
