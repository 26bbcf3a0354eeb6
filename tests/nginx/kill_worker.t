#!/usr/bin/perl

# SIGKILL for a worker in the middle of its work: what was acknowledged is
# finished by the others, once.

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
my $file = $c->u2_file($wav);
my $data = encode_base64($wav, '');
my (@u2, @tencent);


sub tasks
{
    return $c->request('GET', '/asr/status')->{json}{tasks} // {};
}


for my $i (1 .. TASKS / 2) {
    push @u2, $c->u2_create($file)->{json}{task_id};
    push @tencent, $c->tc3('CreateRecTask', AsrClient::rec_task($data))
                     ->{json}{Response}{Data}{TaskId};
}

is(scalar(grep { defined $_ } @u2, @tencent), TASKS, 'all acknowledged');

# when some are done and many are not

ok((wait_until { (tasks()->{succeeded} // 0) >= 5 } 120 * slow()),
   'under way');
ok($t->kill_worker, 'a worker killed, another came');
cmp_ok(tasks()->{succeeded} // 0, '<', TASKS, 'not all were done by then');
ok((wait_until { (tasks()->{succeeded} // 0) >= 15 } 120 * slow()),
   'work goes on');
ok($t->kill_worker, 'and once more');

ok((wait_until { (tasks()->{succeeded} // 0) == TASKS } 240 * slow()),
   'all finish') or diag(explain(tasks()));

my %texts;

for my $task (@u2) {
    my $r = $c->u2_poll($task);
    $texts{AsrClient::u2_text($r)}++ if $r->{json}{status} eq 'Success';
}

for my $task (@tencent) {
    my $d = $c->tc3('DescribeTaskStatus', { TaskId => $task })
              ->{json}{Response}{Data};
    my $text = $d->{Result} // '';

    $text =~ s/^\[[^\]]*\]\s+//mg;
    $text =~ s/\n/ /g;
    $text =~ s/\s+\z//;
    $texts{$text}++ if $d->{Status} == 2;
}

my @texts = keys %texts;
is(scalar @texts, 1, 'the same text for each') or diag(explain(\%texts));
is($texts{$texts[0]}, TASKS, 'and for all, by their own query');

my $n = tasks();
is($n->{succeeded} + $n->{failed}, TASKS, 'none twice');

$t->stop;
done_testing();
