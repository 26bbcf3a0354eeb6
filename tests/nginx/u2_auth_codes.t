#!/usr/bin/perl

# asr_u2_auth_codes: the vendor's later codes of failed authentication.

use strict;
use warnings;

use Test::More;

use AsrTest;

my $accounts = AsrTest::default_accounts();
my %code = (disabled => 100106, isolated => 100104, no_amount => 100104,
            no_free_amount => 100104, not_registered => 100105);

push @{ $accounts->{accounts} }, map {
    { name => $_, app_id => 1300000009, status => $_,
      keys => [{ bearer => "sk-$_-3f2e1d" }] }
} sort keys %code;

my $t = AsrTest->new(accounts => $accounts)->conf(<<'EOF')->run;
%%GLOBALS%%
events {}
http {
    %%HTTP%%
    asr_threads 0;
    asr_u2_auth_codes vendor;
    server {
        listen 127.0.0.1:%%PORT%%;
        location /v1/ { asr u2; }
    }
}
EOF

my $c = $t->client;


sub refused
{
    my ($r, $code, $what) = @_;

    is("$r->{status} " . ($r->{json}{base_resp}{status_code} // 'none'),
       "401 $code", $what) or diag($r->{body});
}


sub query
{
    my (@h) = @_;

    return $c->request('GET', '/v1/audio/asr/tasks/1', headers => \@h);
}


refused(query(), 100101, 'no header');
refused(query('Authorization', 'Basic c2s6'), 100102, 'not a bearer');
refused(query('Authorization', 'Bearer sk-nobody'), 100103, 'unknown key');

for my $status (sort keys %code) {
    refused(query('Authorization', "Bearer sk-$status-3f2e1d"),
            $code{$status}, $status);
}

$t->stop;
done_testing();
