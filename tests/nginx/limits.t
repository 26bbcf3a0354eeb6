#!/usr/bin/perl

# Rate limits: the whole limit at once, one more is refused, over all workers
# and across a reload; per account and action.

use strict;
use warnings;

use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrTest;

my $accounts = AsrTest::default_accounts('u2.create' => '20r/m');
my $slow = AsrTest::default_accounts('tencent.CreateRecTask' => '5r/m',
                                     'u2.create' => 'off');

$accounts->{accounts}[1] = $slow->{accounts}[1];
$accounts->{accounts}[2] = {
    name => 'default', app_id => 1300000003, status => 'active',
    keys => [{ bearer => 'sk-default-1' },
             { secret_id => 'AKIDdefault', secret_key => 'topsecret-3' }]
};

my $t = AsrTest->new(accounts => $accounts)->conf(<<'EOF')->run;
%%GLOBALS%%
worker_processes 2;
events {}
http {
    %%HTTP%%
    asr_threads 0;
    log_format asr '$asr_api $asr_action $asr_account $asr_limit_status';
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
my $file = $c->u2_file($wav);
my $bytes = $c->u2_bytes('POST', '/v1/audio/asr/tasks',
                         AsrClient::u2_body($file));

# document 000: 20 a minute

my @r = $c->parallel(($bytes) x 30);
my %n;

$n{$_->{status}}++ for @r;
is($n{200}, 20, 'u2: 20 of 30 at once are accepted');
is($n{429}, 10, 'u2: the others are refused');

my ($no) = grep { $_->{status} == 429 } @r;
is($no->{json}{base_resp}{status_code}, 100501, 'u2: the code');
like($no->{headers}{'retry-after'}, qr/^(?:[1-9]|[1-5]\d|60)$/,
     'u2: Retry-After within the window');

is(scalar(grep { !$_->{json}{task_id} } grep { $_->{status} == 200 } @r), 0,
   'u2: those accepted have a task');
is($c->u2_poll($r[0]{json}{task_id} // 1)->{status}, 200,
   'u2: polling has no limit');
is($c->u2_upload($wav)->{status}, 200, 'u2: uploading has none either');

# a refused request costs nothing, nor does one with a wrong key

$c->parallel(($bytes) x 5);
$c->u2('POST', '/v1/audio/asr/tasks', '{}', bearer => 'sk-wrong') for 1 .. 3;

my $later = $c->raw($bytes);
is($later->{status}, 429, 'u2: still limited');
cmp_ok($later->{headers}{'retry-after'}, '<=',
       $no->{headers}{'retry-after'}, 'u2: Retry-After only falls');

# limits outlive a reload, not the account's bounds

my @old = $t->reload;
is(scalar @old, 2, 'reloaded');
is($c->raw($bytes)->{status}, 429, 'u2: limited after the reload');

my $other = $c->u2_file($wav, account => 'other');
is($c->u2_create($other, undef, account => 'other')->{status}, 200,
   'u2: another account is not');

@r = $c->parallel(map {
    $c->u2_bytes('POST', '/v1/audio/asr/tasks', '{}', account => 'default')
} 1 .. 25);
%n = ();
$n{$_->{status}}++ for @r;
is("$n{400} $n{429}", '20 5', 'u2: without a limit of its own, 20 a minute');

# document 001: 20 a second when not said otherwise, 5 a minute here

my $rec = AsrClient::rec_task(encode_base64($wav, ''));

@r = $c->parallel(map {
    $c->tc3_bytes('CreateRecTask', $rec, account => 'other')
} 1 .. 8);
%n = ();
$n{AsrClient::tc3_code($_)}++ for @r;
is($n{''}, 5, 'tencent: 5 of 8 are accepted');
is($n{'RequestLimitExceeded.UinLimitExceeded'}, 3,
   'tencent: the others are refused');
is(scalar(grep { $_->{status} != 200 } @r), 0, 'tencent: by HTTP 200');

# 20 a second: of 60 as fast as can be, each second has let in at most 20

my $start = time;
@r = $c->parallel(map {
    $c->tc3_bytes('CreateRecTask', $rec, account => 'default')
} 1 .. 60);
my $seconds = time - $start + 1;
%n = ();
$n{AsrClient::tc3_code($_)}++ for @r;
cmp_ok($n{''}, '>=', 20, 'tencent: 20 at once');
cmp_ok($n{''}, '<=', 20 * ($seconds + 1), 'tencent: and no more a second');
ok($n{'RequestLimitExceeded.UinLimitExceeded'}, 'tencent: some were refused');

# the window passes

my $free = wait_until {
    AsrClient::tc3_code($c->tc3('CreateRecTask', $rec,
                                account => 'default')) eq '';
} 5;
ok($free, 'tencent: a second later there is room');

$t->stop;

my $log = $t->log_file('asr.log');
like($log, qr/^u2 create demo REJECTED$/m, 'logged: refused');
like($log, qr/^u2 create demo PASSED$/m, 'logged: accepted');
like($log, qr/^tencent CreateRecTask other REJECTED$/m, 'logged: tencent');

done_testing();
