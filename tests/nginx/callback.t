#!/usr/bin/perl

# CallbackUrl of document 001: what is sent, and that it is sent whatever
# happens in between.

use strict;
use warnings;

use Digest::SHA qw(hmac_sha256_hex);
use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrServer;
use AsrTest;

use constant SECRET => 'a secret of more than 16 bytes';


sub receiver
{
    return AsrServer->new(sub {
        my ($r) = @_;

        return "HTTP/1.1 500 No\r\n\r\n" if $r->{path} eq '/500';
        return AsrServer::ok('{"code":3,"message":"no"}')
            if $r->{path} eq '/code';
        return ["HTTP/1.1 200 OK\r\n"]
            if $r->{path} eq '/hold' && $r->{n} == 1;
        return AsrServer::ok('{"code":0,"message":"success"}');
    });
}


my $s = receiver()->up;
my $late = receiver();
my $data = encode_base64(speech_file('0880'), '');

my $t = AsrTest->new;
$t->write_file('secret', SECRET . "\n");
$t->conf(<<'EOC')->run;
%%GLOBALS%%
worker_processes 2;
events {}
http {
    %%HTTP%%
    asr_threads 2;
    asr_fetch_allow 127.0.0.1;
    asr_webhook_secret secret;
    server {
        listen 127.0.0.1:%%PORT%%;
        location = /asr/status { asr_status; }
        location / { asr tencent; }
    }
}
EOC

my $c = $t->client;


sub create
{
    my ($url, %fields) = @_;
    my $r = $c->tc3('CreateRecTask',
                    AsrClient::rec_task($fields{Data} // $data,
                                        CallbackUrl => $url, %fields));

    return $r->{json}{Response}{Data}{TaskId} // diag($r->{body});
}


# name => value of a form; and the names in their order.

sub form
{
    my ($body) = @_;
    my (%f, @names);

    for my $pair (split /&/, $body) {
        my ($name, $value) = split /=/, $pair, 2;

        $value =~ s/\+/ /g;
        $value =~ s/%([0-9A-F]{2})/chr hex $1/ge;
        $f{$name} = $value;
        push @names, $name;
    }

    return (\%f, "@names");
}


sub deliveries
{
    return $c->request('GET', '/asr/status')->{json}{deliveries};
}


# a task that goes well

my $id = create($s->url('/cb?id=my%20id'), ResTextFormat => 1);
my ($r) = $s->wait_for('/cb?id=my%20id', 1, 60 * slow());

ok($r, 'called back');
is($r->{method}, 'POST', 'by POST');
is($r->{headers}{'content-type'}, 'application/x-www-form-urlencoded',
   'a form');
like($r->{headers}{'x-asr-delivery'}, qr/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-
                                         [0-9a-f]{12}$/x, 'with a name');

my ($time) = ($r->{headers}{'x-asr-signature'} // '') =~ /^t=(\d+),/;

cmp_ok(abs(time - ($time // 0)), '<', 60, 'signed just now');
is($r->{headers}{'x-asr-signature'},
   "t=$time,v1=" . hmac_sha256_hex("$time.$r->{body}", SECRET),
   'by the secret');

my ($f, $names) = form($r->{body});
my $d = $c->tc3_wait($id, 10)->{json}{Response}{Data};

is($names, 'code requestId appid projectid text audioTime message'
           . ' resultDetail', 'the fields in order');
is("$f->{code} $f->{requestId} $f->{appid} $f->{projectid}",
   "0 $id 1300000001 0", 'code, requestId, appid, projectid');
is($f->{text}, $d->{Result}, 'text is Result');
like($f->{text}, qr/\n\z/, 'line ends and all');
like($r->{body}, qr/text=%5B0%3A\d+\.\d{3}%2C0%3A\d+\.\d{3}%5D\+\+\w+\+/,
     'blanks as +, the rest as %XX');
like($f->{audioTime}, qr/^\d+\.\d{6}$/, 'six decimals');
is($f->{message}, '', 'no message');
is_deeply(AsrHttp::json_decode($f->{resultDetail}), $d->{ResultDetail},
          'resultDetail is ResultDetail');

# ResTextFormat 0, and tasks that fail

$id = create($s->url('/plain'));
($r) = $s->wait_for('/plain', 1, 60 * slow());
($f, $names) = form($r->{body});
is("$f->{requestId} $f->{resultDetail}", "$id ", 'no resultDetail');
isnt($f->{text}, '', 'but text');

$id = create($s->url('/bad'), Data => encode_base64('not audio' x 50, ''));
($r) = $s->wait_for('/bad', 1, 60 * slow());
($f, $names) = form($r->{body});
is("$f->{code} $f->{requestId} $f->{message} [$f->{text}]",
   "10000 $id Failed to transcode audio file! []", 'not audio');

$id = create($s->url('/gone'), SourceType => 0, Data => '',
             Url => 'http://10.0.0.1/x.wav?a=b c' =~ s/ /%20/r);
($r) = $s->wait_for('/gone', 1, 60 * slow());
($f, $names) = form($r->{body});
is($names, 'code requestId appid projectid audioUrl text audioTime message'
           . ' resultDetail', 'with audioUrl');
is("$f->{code} $f->{audioUrl} $f->{message}",
   '10007 http://10.0.0.1/x.wav?a=b%20c Failed to download audio file!',
   'not fetched');

# nobody is called who is not allowed

create('http://127.0.0.2:' . $s->{port} . '/no');
create("http://localhost.invalid/no");

# two attempts, then it is undelivered, and still there by query

my $down = create($s->url('/500'));
my @all = $s->wait_for('/500', 2, 60 * slow());

is(scalar @all, 2, 'a bad status: two attempts');
is($all[0]{headers}{'x-asr-delivery'}, $all[1]{headers}{'x-asr-delivery'},
   'under one name');
is($all[0]{body}, $all[1]{body}, 'the same');
is($c->tc3_wait($down, 10)->{json}{Response}{Data}{Status}, 2,
   'the result is had by query');

create($s->url('/code'));
is(scalar($s->wait_for('/code', 2, 60 * slow())), 2,
   'a code other than 0: two attempts');

ok((wait_until { deliveries()->{undelivered} == 4 } 30 * slow()),
   'recorded as undelivered') or diag(explain(deliveries()));
is(deliveries()->{pending}, 0, 'and not tried any more');
is(scalar($s->requests('/500')) + $s->requests('/code'), 4, 'not once more');

# a reload while the receiver takes its time: again, at once

create($s->url('/hold'));
ok(scalar($s->wait_for('/hold', 1, 60 * slow())), 'a delivery in hand');

my @old = $t->reload;

ok($t->gone(10 * slow(), @old), 'the old workers do not wait for it');
is(scalar($s->wait_for('/hold', 2, 30 * slow())), 2, 'sent by a new one');
ok((wait_until { deliveries()->{pending} == 0 } 30 * slow()), 'and done');

# the receiver comes late, everything is killed between the attempts

$id = create($late->url('/late'));
ok((wait_until { $t->error_log =~ /task $id .* attempt 1 of 2 failed/ }
    60 * slow()), 'nobody there at the first attempt');

cmp_ok($t->kill_all, '>', 1, 'all processes killed');
$late->up;
$t->run;
$c = $t->client;

@all = $late->wait_for('/late', 1, 60 * slow());
is(scalar @all, 1, 'delivered after the restart');
($f) = form($all[0]{body});
is("$f->{code} $f->{requestId}", "0 $id", 'the task it was');
ok((wait_until { deliveries()->{pending} == 0 } 30 * slow()), 'done');

unlike($t->error_log, qr/my%20id|a secret/, 'no URL, no secret in the log');

$t->stop;
done_testing();
