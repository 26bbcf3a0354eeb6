#!/usr/bin/perl

# SIGKILL for master and workers, as a power cut would: started again on the
# same folder, every acknowledged task finishes.

use strict;
use warnings;

use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrTest;

use constant TASKS => 50;

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
        location / { asr tencent; }
    }
}
EOF

my $c = $t->client;
my $wav = wav_cut('0880', 800, 1300);
my $large = speech_file('0870');
my $file = $c->u2_file($large);
my $data = encode_base64($wav, '');
my (@u2, @tencent);


sub done_tasks
{
    return $c->request('GET', '/asr/status')->{json}{tasks}{succeeded} // 0;
}


push @u2, $c->u2_create($file)->{json}{task_id} for 1 .. 2;

# the last are acknowledged while the first are recognised

for my $i (1 .. TASKS - 2) {
    push @tencent, $c->tc3('CreateRecTask', AsrClient::rec_task($data))
                     ->{json}{Response}{Data}{TaskId};
}

is(scalar(grep { defined $_ } @u2, @tencent), TASKS, 'all acknowledged');
ok((wait_until { done_tasks() >= 3 } 120 * slow()), 'under way');

my $killed = $t->kill_all;
cmp_ok($killed, '>=', 3, "$killed processes killed");

$t->run;
$c = $t->client;

cmp_ok(done_tasks(), '<', TASKS, 'not all were done by then');
ok((wait_until { done_tasks() == TASKS } 300 * slow()), 'all finish')
    or diag(explain($c->request('GET', '/asr/status')->{json}));

my @bad;

for my $task (@u2) {
    my $r = $c->u2_poll($task);
    my $errors = word_errors(speech_text('0870'), AsrClient::u2_text($r));

    push @bad, "$task: $r->{body}"
        if $r->{json}{status} ne 'Success' || $errors > 0.35;
}

for my $task (@tencent) {
    my $r = $c->tc3('DescribeTaskStatus', { TaskId => $task });
    my $d = $r->{json}{Response}{Data};

    push @bad, "$task: $r->{body}" if $d->{Status} != 2 || !$d->{Result};
}

is("@bad", '', 'each with its transcript');

# ids go on where they were

my $next = $c->tc3('CreateRecTask', AsrClient::rec_task($data))
             ->{json}{Response}{Data}{TaskId};
my ($last) = sort { $b <=> $a } @tencent;
cmp_ok($next, '>', $last, 'no id is given twice');

# twice in a row, before anything can be done

$t->kill_all;
$t->run;
$t->kill_all;
$t->run;
$c = $t->client;

is($c->tc3_wait($next, 60 * slow())->{json}{Response}{Data}{StatusStr},
   'success', 'after two more cuts: finished');

$t->stop;
done_testing();
