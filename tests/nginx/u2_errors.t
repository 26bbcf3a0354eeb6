#!/usr/bin/perl

# Document 000: who is refused, and how it is said.

use strict;
use warnings;

use Test::More;

use AsrTest;

my $accounts = AsrTest::default_accounts();

for my $status (qw(disabled isolated no_amount no_free_amount not_registered))
{
    push @{ $accounts->{accounts} },
        { name => $status, app_id => 1300000009, status => $status,
          keys => [{ bearer => "sk-$status-3f2e1d" }] };
}

my $t = AsrTest->new(accounts => $accounts)->conf(<<'EOF')->run;
%%GLOBALS%%
events {}
http {
    %%HTTP%%
    asr_threads 0;
    server {
        listen 127.0.0.1:%%PORT%%;
        location /v1/ { asr u2; }
        location /static { return 204; }
    }
}
EOF

my $c = $t->client;
my $tasks = '/v1/audio/asr/tasks';
my $body = AsrHttp::json_encode(AsrClient::u2_body(1));


# status, code, one line of reason, and nothing else

sub refused
{
    my ($r, $status, $code, $what) = @_;

    is("$r->{status} " . ($r->{json}{base_resp}{status_code} // 'none'),
       "$status $code", $what) or diag($r->{body});
    like($r->{json}{base_resp}{status_msg} // '', qr/\A[^\n]+\z/,
         "$what: a reason");
    ok($r->{headers}{'trace-id'}, "$what: Trace-Id");
}


for my $case (['no header'], ['empty', ''], ['basic', 'Basic c2s6'],
              ['no key', 'Bearer'], ['no key, blank', 'Bearer '],
              ['blank in the key', 'Bearer sk-demo-7c1f0b3a x'],
              ['the key alone', 'sk-demo-7c1f0b3a'],
              ['wrong key', 'Bearer sk-demo-7c1f0b3b'],
              ['part of a key', 'Bearer sk-demo-7c1f0b3'],
              ['long key', 'Bearer ' . 'k' x 3000])
{
    my ($what, $value) = @$case;
    my @h = defined $value ? ('Authorization', $value) : ();

    refused($c->request('POST', $tasks, body => $body,
                headers => ['Content-Type', 'application/json', @h]),
            401, 100101, "create: $what");
}

refused($c->request('GET', "$tasks/1"), 401, 100101, 'poll: no header');
refused($c->request('POST', '/v1/files/upload', body => ''), 401, 100101,
        'upload: no header');
refused($c->request('GET', '/v1/files'), 401, 100101, 'list: no header');

for my $status (qw(disabled isolated no_amount no_free_amount not_registered))
{
    refused($c->u2_create(1, undef, account => $status), 401, 100101,
            "account: $status");
}

# the scheme is not case sensitive, and a key is not told from another's

$c->{default}{bearer} = 'sk-other-19d2e4f5';
refused($c->request('GET', "$tasks/1",
                    headers => ['Authorization', 'bearer sk-other-19d2e4f5']),
        400, 100002, 'scheme in lower case');
$c->{default}{bearer} = 'sk-demo-7c1f0b3a';

# things that are not there

refused($c->u2_create(999_999), 400, 100002, 'create: no such file');
refused($c->u2_create(9007199254740993), 400, 100002,
        'create: a file beyond 2^53');

for my $id ('999999', 'abc', '0', '-1', '1e3', '%00', '..',
            '9' x 30, 'a' x 500)
{
    my $r = $c->u2_poll($id);

    like($r->{json}{base_resp}{status_code} // '', qr/^10000[12]$/,
         'poll: no task ' . substr $id, 0, 20);
    like($r->{status}, qr/^4\d\d$/, 'poll: refused');
}

# a task belongs to its account

my $file = $c->u2_file(wav_cut('0880', 0, 1200));
my $task = $c->u2_create($file)->{json}{task_id};

ok($task, 'a task');
is($c->u2_poll($task)->{json}{status}, 'Waiting', 'its own account: Waiting');
refused($c->u2_poll($task, account => 'other'), 400, 100002,
        'another account');

# paths and methods

refused($c->u2('GET', '/v1/'), 404, 100002, 'no such path');
refused($c->u2('GET', '/v1/audio/asr'), 404, 100002, 'no such path either');

for my $case (['DELETE', "$tasks/1", 'GET'], ['PUT', $tasks, 'GET, POST'],
              ['GET', '/v1/files/upload', 'POST'],
              ['POST', '/v1/files', 'GET'], ['FOO', $tasks, 'GET, POST'])
{
    my ($method, $path, $allow) = @$case;
    my $r = $c->u2($method, $path);

    refused($r, 405, 100001, "$method $path");
    is($r->{headers}{allow}, $allow, "$method $path: Allow");
}

# other locations of the server are as they were

is($c->request('GET', '/static')->{status}, 204, 'another location');
like($c->request('GET', '/nowhere')->{body}, qr/<html>/,
     "another location's error page");

$t->stop;
done_testing();
