#!/usr/bin/perl

# asr_status: JSON.  asr_metrics: OpenMetrics text, whose form is checked
# line by line.

use strict;
use warnings;

use Test::More;

use AsrTest;

my $t = AsrTest->new->conf(<<'EOF')->run;
%%GLOBALS%%
worker_processes 2;
events {}
http {
    %%HTTP%%
    asr_threads 2;
    server {
        listen 127.0.0.1:%%PORT%%;
        location /v1/ { asr u2; }
        location = /asr/status { asr_status; }
        location = /asr/metrics { asr_metrics; }
        location / { asr tencent; }
    }
}
EOF

my $c = $t->client;
my ($r, $j);


# Samples by name and labels; the test fails on a line that is none.

sub metrics
{
    my ($text, $what) = @_;
    my (%type, %value, @bad, $family);

    my $name = qr/[a-z_][a-z0-9_]*/;
    my $label = qr/$name="(?:[^"\\\n]|\\[\\n"])*"/;

    for my $line (split /\n/, $text) {
        if ($line =~ /^# TYPE ($name) (counter|gauge)$/) {
            push @bad, "$line: twice" if $type{$1};
            $family = $1;
            $type{$1} = $2;

        } elsif ($line =~ /^# (?:HELP|UNIT) ($name) \S/) {
            push @bad, "$line: not after its TYPE" if $1 ne $family;

        } elsif ($line =~ /^(($name)(?:\{$label(?:,$label)*\})?)
                            \ (-?\d+(?:\.\d+)?)$/x)
        {
            my ($sample, $n, $v) = ($1, $2, $3);
            my $want = ($type{$family} // '') eq 'counter'
                       ? "${family}_total" : $family;

            push @bad, "$line: not of $family" if $n ne $want;
            push @bad, "$line: twice" if exists $value{$sample};
            $value{$sample} = $v;

        } elsif ($line ne '# EOF') {
            push @bad, $line;
        }
    }

    is(join("\n", @bad), '', "$what: each line is OpenMetrics");
    like($text, qr/\n# EOF\n\z/, "$what: ends as it should");

    return \%value;
}


$r = $c->request('GET', '/asr/status');
$j = $r->{json};

is($r->{status}, 200, 'status: 200');
is($r->{headers}{'content-type'}, 'application/json', 'status: JSON');
is($j->{store}, 'ok', 'status: the store');
is($j->{tasks}{succeeded}, 0, 'status: no task yet');
is($j->{threads}{configured}, 2, 'status: threads');
cmp_ok($j->{zone}{pages_free}, '>', 0, 'status: room in the zone');
is($j->{apis}{$_}{tasks_created}, 0, "status: $_") for qw(u2 tencent);

my $before = metrics($c->request('GET', '/asr/metrics')->{body}, 'before');

# something to count

my $file = $c->u2_file(wav_cut('0880', 500, 2000));
my $task = $c->u2_create($file)->{json}{task_id};

$c->u2_wait($task, 60 * slow());
$c->u2('POST', '/v1/audio/asr/tasks', '{}');
$c->u2_poll(1, bearer => 'sk-wrong');
$c->tc3('CreateRecTask', {});
$c->tc3('CreateRecTask', {}, id => 'nobody');

$j = $c->request('GET', '/asr/status')->{json};

is($j->{tasks}{succeeded}, 1, 'status: a task done');
is($j->{files}{count}, 1, 'status: a file');
is_deeply($j->{progress}, [], 'status: nothing under way');
is($j->{apis}{u2}{tasks_created}, 1, 'status: a task of u2');
is($j->{apis}{u2}{actions}{create}{requests}, 2, 'status: requests');
is($j->{apis}{u2}{actions}{create}{refused}, 1, 'status: refused');
is($j->{apis}{$_}{auth_failed}, 1, "status: $_, authentication")
    for qw(u2 tencent);
cmp_ok($j->{apis}{u2}{body_bytes}, '>', 60000, 'status: bytes');

$r = $c->request('GET', '/asr/metrics');
like($r->{headers}{'content-type'}, qr{^(?:application/openmetrics-text|
                                        text/plain)\b}x, 'metrics: type');

my $m = metrics($r->{body}, 'after');

is($m->{'asr_tasks{state="succeeded"}'}, 1, 'metrics: a task done');
is($m->{'asr_tasks_succeeded_total'}, 1, 'metrics: counted');
cmp_ok(abs($m->{'asr_audio_seconds_total'} - 2), '<', 0.1,
       'metrics: seconds of audio');
cmp_ok($m->{'asr_recognition_cpu_seconds_total'}, '>', 0, 'metrics: CPU');
is($m->{'asr_requests_total{api="u2",action="create"}'}, 2,
   'metrics: requests');

my @fell = grep { /_total/ && ($m->{$_} // -1) < $before->{$_} }
           keys %$before;
is("@fell", '', 'metrics: counters only rise');

# counters outlive a reload

my @old = $t->reload;
ok($t->gone(10 * slow(), @old), 'reloaded');
my $again = metrics($c->request('GET', '/asr/metrics')->{body}, 'reloaded');
@fell = grep { /_total/ && ($again->{$_} // -1) < $m->{$_} } keys %$m;
is("@fell", '', 'reloaded: counters are kept');

# only to be read

$r = $c->request('POST', '/asr/status', body => 'x');
is($r->{status}, 405, 'POST: 405');
is($c->request('HEAD', '/asr/metrics')->{status}, 200, 'HEAD: 200');
unlike($c->request('GET', '/asr/status')->{body},
       qr/sk-demo|topsecret|AKID/, 'no key of an account');

$t->stop;
done_testing();
