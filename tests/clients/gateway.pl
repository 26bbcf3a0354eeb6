#!/usr/bin/perl
#
# gateway.pl: a gateway for the clients' tests.  Prints one line of JSON (port
# and accounts), serves until its input ends, and then prints the tests that
# AsrTest adds to every run.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/../nginx/lib";
use Test::More;

use AsrTest;

my $accounts = AsrTest::default_accounts();

push @{ $accounts->{accounts} },
    { name => 'few', app_id => 1300000003, status => 'active',
      keys => [{ bearer => 'sk-few' },
               { secret_id => 'AKIDfew', secret_key => 'secret-of-few' }],
      limits => { 'u2.create' => '1r/m', 'tencent.CreateRecTask' => '1r/m' } };

my $t = AsrTest->new(accounts => $accounts)->conf(<<'EOF')->run;
%%GLOBALS%%
worker_processes 2;
events {}
http {
    %%HTTP%%
    asr_threads 2;
    server {
        listen 127.0.0.1:%%PORT%%;
        location /v1/ { asr u2; }
        location / { asr tencent; }
    }
}
EOF

$| = 1;
print AsrHttp::json_encode({ port => $t->port, accounts => $accounts,
                             text => speech_text('0880') }), "\n";

1 while <STDIN>;

$t->stop;
done_testing();
