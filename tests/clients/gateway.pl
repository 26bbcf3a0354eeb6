#!/usr/bin/perl
#
# gateway.pl [WEBHOOK]: a gateway for the clients' tests.  Prints one line of
# JSON (port and accounts), serves until its input ends, and then prints the
# tests that AsrTest adds to every run.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../nginx/lib";
use Test::More;

use AsrTest;

my $accounts = AsrTest::default_accounts(
    map { $_ => 'off' } qw(u2.create tencent.CreateRecTask memories.upload
                           tencent.DescribeTaskStatus
                           memories.transcriptions));
my $webhook = shift // '';

$accounts->{accounts}[0]{webhook} = $webhook if length $webhook;

push @{ $accounts->{accounts} },
    { name => 'few', app_id => 1300000003, status => 'active',
      keys => [{ bearer => 'sk-few' },
               { secret_id => 'AKIDfew', secret_key => 'secret-of-few' },
               { access_key_id => 'LTAIfew',
                 access_key_secret => 'secret-of-few' }],
      limits => { 'u2.create' => '1r/m', 'tencent.CreateRecTask' => '1r/m',
                  'ice.ListSmartJobs' => '1r/m',
                  'memories.transcriptions' => '1r/m' } };

push @{ $accounts->{accounts}[0]{keys} },
    { access_key_id => 'LTAIdemo00000001', access_key_secret => 'topsecret' };

my $t = AsrTest->new(accounts => $accounts);

mkdir "$t->{prefix}/oss";
$t->write_file('oss/speech (1)!*.wav', speech_file('0880'));

$t->conf(<<'EOF')->run;
%%GLOBALS%%
worker_processes 2;
events {}
http {
    %%HTTP%%
    asr_threads 2;
    asr_oss example-bucket=%%PREFIX%%/oss;
    asr_fetch_allow 127.0.0.1;
    server {
        listen 127.0.0.1:%%PORT%%;
        location /v1/ { asr u2; }
        location /serve/api/v2/ { asr memories; }
        location / { asr tencent ice; }
    }
}
EOF

$| = 1;
print AsrHttp::json_encode({ port => $t->port, accounts => $accounts,
                             text => speech_text('0880') }), "\n";

1 while <STDIN>;

$t->stop;
done_testing();
