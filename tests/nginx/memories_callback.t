#!/usr/bin/perl

# The callback of document 002: the account's webhook, callback_url, and that
# it is sent until somebody takes it.

use strict;
use warnings;

use Test::More;

use AsrMemories;
use AsrServer;
use AsrTest;

my $s = AsrServer->new(sub {
    my ($r) = @_;

    return "HTTP/1.1 500 No\r\n\r\n" if $r->{path} eq '/late' && $r->{n} < 3;
    return AsrServer::ok('{"ok":true}');
})->up;

my $accounts = AsrMemories::accounts();
$accounts->{accounts}[0]{webhook} = $s->url('/hook');

my $t = AsrTest->new(accounts => $accounts)->conf(<<'EOF')->run;
%%GLOBALS%%
worker_processes 2;
events {}
http {
    %%HTTP%%
    asr_threads 2;
    asr_fetch_allow 127.0.0.1;
    server {
        listen 127.0.0.1:%%PORT%%;
        location /serve/api/v2/ { asr memories; }
    }
}
EOF

my $c = AsrMemories->new($t->port, 'sk-demo-7c1f0b3a');
my $asset = $c->asset(speech_file('0870'));
my $task = $c->async($asset, { speaker => JSON::PP::true })
             ->{json}{data}{task_id};
my ($r) = $s->wait_for('/hook', 1, 60 * slow());

ok($r, 'called back');
is($r->{method}, 'POST', 'by POST');
is($r->{headers}{'content-type'}, 'application/json', 'JSON');
unlike($r->{body}, qr/sk-demo/, 'no key in it');

my $j = AsrHttp::json_decode($r->{body});
my $d = $c->wait_task($task, 10)->{json}{data};

is(join(' ', sort keys %$j), 'code data message task_id', 'its members');
is("$j->{code} $j->{message}", '0000 SUCCESS', 'code and message');
is($j->{task_id}, $task, 'the task');
is_deeply($j->{data}, $d->{result}, 'data is what the query says');
is(join(' ', sort keys %{ $j->{data} }), 'data msg success', 'data');
is(join(' ', sort keys %{ $j->{data}{data} }), 'data usage_metadata',
   'data.data');

my @items = @{ $j->{data}{data}{data} };

cmp_ok(word_errors(speech_text('0870'), AsrMemories::text(\@items)), '<',
       0.35, 'data.data.data: the words of the recording');
like($r->{body}, qr/"start_time":\d+\.\d+,"end_time":\d+\.\d+,"text":"/,
     'times are numbers, in seconds');

# a task that fails; an account without a webhook; one that is down for a bit

$task = $c->async($c->asset('not audio' x 50),
                  { callback_url => $s->url('/bad') })->{json}{data}{task_id};
($r) = $s->wait_for('/bad', 1, 60 * slow());
$j = AsrHttp::json_decode($r->{body});
is("$j->{code} $j->{message} $j->{task_id}", "0001 FAILED $task", 'failed');
ok(!$j->{data}{success} && exists $j->{data}{data}
   && !defined $j->{data}{data} && length $j->{data}{msg}, 'failed: data');

my %other = (key => 'sk-other-19d2e4f5');

$asset = $c->asset(wav_cut('0880', 0, 1500), %other);
$r = $c->async($asset, { callback_url => $s->url('/late') }, %other);
$task = $r->{json}{data}{task_id};
my @r = $s->wait_for('/late', 3, 60 * slow());
is(scalar @r, 3, 'sent again until it is taken');
is(AsrHttp::json_decode($r[2]{body})->{task_id}, $task, 'the same task');

# a sync task calls nobody, though its account has a webhook

$asset = $c->asset(wav_cut('0880', 0, 1500));
is($c->sync($asset)->{status}, 200, 'sync');
$c->async($asset, { callback_url => $s->url('/end') });
ok(scalar($s->wait_for('/end', 1, 60 * slow())), 'a later one has called');
is(scalar(grep { $_->{path} eq '/hook' } $s->requests), 1,
   'the webhook was called once');

$t->stop;
done_testing();
