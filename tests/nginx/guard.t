#!/usr/bin/perl

# asr_guard: what an API would refuse never reaches the upstream, what passes
# reaches it byte for byte.  The upstream is a gateway of its own: there the
# signature over the body must hold again.

use strict;
use warnings;

use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrTest;

my $t = AsrTest->new->conf(<<'EOF')->run;
%%GLOBALS%%
worker_processes 1;
events {}
http {
    %%HTTP%%
    asr_threads 2;
    client_max_body_size 10m;
    log_format seen '$request_method $uri $http_x_tc_action $status';
    map $asr_account $pool {
        demo    unix:%%PREFIX%%/up.sock;
        default unix:%%PREFIX%%/nobody.sock;
    }

    server {
        listen unix:%%PREFIX%%/up.sock;
        access_log %%PREFIX%%/logs/upstream.log seen;
        location /v1/ { asr u2; }
        location /gone/ { return 410 "the vendor's own words"; }
        location / { asr tencent; }
    }

    server {
        listen 127.0.0.1:%%PORT%%;
        proxy_set_header Host $http_host;

        location /v1/ {
            asr_guard u2;
            proxy_pass http://$pool;

            location /v1/files { asr u2; }
        }

        location /gone/v1/ {
            asr_guard u2;
            proxy_pass http://unix:%%PREFIX%%/up.sock:/gone/;
        }

        location /down/v1/ {
            asr_guard u2;
            proxy_pass http://unix:%%PREFIX%%/nobody.sock:/;
        }

        location / {
            asr_guard tencent;
            proxy_pass http://unix:%%PREFIX%%/up.sock;
            add_header X-Account $asr_account;
        }
    }

    server {
        listen 127.0.0.1:%%PORT_1%%;
        location / {
            satisfy any;
            deny all;
            asr_guard tencent;
            proxy_pass http://unix:%%PREFIX%%/up.sock;
            proxy_set_header Host $http_host;
        }
    }
}
EOF

my $c = $t->client;
my $wav = wav_cut('0880', 0, 2900);
my $data = encode_base64($wav, '');


# Requests that came to the upstream, but for polls: the line of the last one
# may still be on its way when its answer is here.

sub upstream
{
    return scalar grep { !m{DescribeTaskStatus|^GET } }
           split /\n/, $t->log_file('upstream.log');
}


# document 001: large bodies, both signatures, through memory and files

for my $case (['TC3', 'tc3'], ['v1', 'v1']) {
    my ($what, $call) = @$case;
    my $r = $c->$call('CreateRecTask', AsrClient::rec_task($data));
    my $id = $r->{json}{Response}{Data}{TaskId};

    ok($id, "$what: created behind the guard") or diag($r->{body});
    is($r->{headers}{'x-account'}, 'demo', "$what: the account is known");

    my $d = $c->tc3_wait($id, 60 * slow());
    is($d->{json}{Response}{Data}{Status}, 2, "$what: recognised there");
}

my $before = upstream();
my $rec = AsrClient::rec_task($data);

my %refused = (
    InvalidParameterValue => { %$rec, ResTextFormat => 9 },
    MissingParameter => do { my %r = %$rec; delete $r{ChannelNum}; \%r },
    UnknownParameter => { %$rec, Nonsense => 1 },
    InvalidParameter => { %$rec, ChannelNum => 'one' },
);

for my $code (sort keys %refused) {
    my $r = $c->tc3('CreateRecTask', $refused{$code});
    is("$r->{status} " . AsrClient::tc3_code($r), "200 $code",
       "refused: $code");
}

my $r = $c->tc3('CreateRecTask', $rec, secret => 'not the key');
is(AsrClient::tc3_code($r), 'AuthFailure.SignatureFailure',
   'refused: the signature');
is(upstream(), $before, 'nothing of that came to the upstream');

# an engine that has no model here is not the guard's to refuse

$r = $c->tc3('CreateRecTask', { %$rec, EngineModelType => '16k_zh' });
ok((wait_until { upstream() == $before + 1 } 10),
   'any engine of the document passes');

# document 000

my $file = $c->u2_file($wav);
$r = $c->u2_create($file);
ok($r->{json}{task_id}, 'u2: created behind the guard') or diag($r->{body});
is($c->u2_wait($r->{json}{task_id}, 60 * slow())->{json}{status}, 'Success',
   'u2: and read');

$before = upstream();
$r = $c->u2('POST', AsrClient::TASKS, { model => 'u2-asr' });
is("$r->{status} $r->{json}{base_resp}{status_code}", '400 100001',
   'u2: refused: a parameter');
$r = $c->u2('GET', AsrClient::TASKS . '/1', undef, bearer => 'sk-wrong');
is("$r->{status} $r->{json}{base_resp}{status_code}", '401 100101',
   'u2: refused: the key');
is(upstream(), $before, 'nothing of that came to the upstream');
unlike($t->log_file('upstream.log'), qr/ 401$/m, 'nor the wrong key');

# what the upstream says is passed on, what nginx says is in the envelope

$r = $c->u2('GET', '/gone' . AsrClient::TASKS . '/1');
is("$r->{status} $r->{body}", "410 the vendor's own words",
   'an error of the upstream is its own');
$r = $c->u2('GET', '/down' . AsrClient::TASKS . '/1');
is("$r->{status} $r->{json}{base_resp}{status_code}", '502 100999',
   'an upstream that is down is in the envelope');

$r = $c->tc3('CreateRecTask', AsrClient::rec_task('A' x (11 * 1024 * 1024)));
is(AsrClient::tc3_code($r), 'RequestSizeLimitExceeded', 'too large');

# with "satisfy any" a request that the guard passes is let in

my $d = AsrClient->new($t->port(1), $t->{accounts});
is($d->tc3('DescribeTaskStatus', { TaskId => 1 })
     ->{json}{Response}{Data}{TaskId}, 1, 'satisfy any');

$t->allow_alert(qr/connect\(\) to unix:\S+nobody\.sock failed/);
$t->stop;
done_testing();
