#!/usr/bin/perl

# No secret of the accounts file is in any log, at the debug level.  nginx's
# core itself prints request headers there, so a bearer key may stand in
# those lines, and in no other.

use strict;
use warnings;

use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrTest;

my $t = AsrTest->new(level => 'debug')->conf(<<'EOF')->run;
%%GLOBALS%%
worker_processes 2;
events {}
http {
    %%HTTP%%
    asr_threads 1;
    log_format asr '$asr_api $asr_action $asr_account $asr_task_id '
                   '$asr_error $asr_clause $asr_request_id';
    server {
        listen 127.0.0.1:%%PORT%%;
        access_log %%PREFIX%%/logs/asr.log asr;
        location /v1/ { asr u2; }
        location / { asr tencent; }
    }
}
EOF

my $c = $t->client;
my $wav = wav_cut('0880', 0, 1200);
my $data = encode_base64($wav, '');

# everything that handles a key: accepted, refused, broken

my $file = $c->u2_file($wav);
my $task = $c->u2_create($file)->{json}{task_id};

$c->u2_wait($task, 60 * slow());
$c->u2_create(999);
$c->u2('POST', '/v1/audio/asr/tasks', '{');
$c->u2_poll($task, account => 'other');
$c->u2_poll($task, bearer => 'sk-unknown-key-0001');
$c->u2_poll($task, bearer => 'two words');

for my $account ('demo', 'other') {
    $c->tc3('CreateRecTask', AsrClient::rec_task($data), account => $account);
    $c->v1('CreateRecTask', AsrClient::rec_task($data), account => $account,
           signature_method => 'HmacSHA256');
    $c->v1('DescribeTaskStatus', { TaskId => 1 }, account => $account,
           method => 'GET');
    $c->tc3('CreateRecTask', AsrClient::rec_task($data), account => $account,
            signed_body => 'x');
    $c->tc3('CreateRecTask', '{', account => $account);
}

$t->reload;
$t->stop;

my $log = $t->error_log;
my $n = () = $log =~ /\n/g;
cmp_ok($n, '>', 1000, "$n lines at the debug level");

my $other = $log =~ s/^.* http header: "Authorization: .*\n//mgr;
my $access = $t->log_file('access.log') . $t->log_file('asr.log')
             . $t->log_file('stderr.log');

for my $a (@{ AsrTest::default_accounts()->{accounts} }) {
    for my $key (@{ $a->{keys} }) {
        my $shown = $key->{bearer} ? "$a->{name}'s bearer key"
                                   : "$a->{name}'s secret key";
        my $secret = $key->{bearer} // $key->{secret_key};

        is(index($other, $secret), -1, "error log: not $shown");
        is(index($access, $secret), -1, "other logs: not $shown");

        next unless $key->{secret_key};
        is(index($log, $secret), -1, "error log, with headers: not $shown");
    }
}

is(index($other, 'sk-unknown-key-0001'), -1, 'nor a key that was refused');
is(index($log, substr $data, 0, 100), -1, 'nor the audio');

# what is logged is of use

my $access_log = $t->log_file('asr.log');

like($access_log, qr/^u2 create demo \d+ - - [0-9a-f-]{36}$/m,
     'access log: a task');
like($access_log, qr/^u2 create demo \S+ 10000\d U-\d+ /m,
     'access log: code and clause');
like($access_log, qr/^tencent CreateRecTask demo \d+ - - /m,
     'access log: tencent');
like($log, qr/\[info\].*asr u2 create: task \d+ of account "demo"/,
     'error log: a task');

done_testing();
