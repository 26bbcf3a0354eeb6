#!/usr/bin/perl

# Worlds: many at once, none sees another; what is deleted is gone.

use strict;
use warnings;

use FindBin;
use lib "$FindBin::Bin/lib";
use Test::More;

use AsrMock;
use AsrTest;

my $m = AsrMock->new;
my $n = 200;
my $c = $m->client;
my @keys = map { "test-w$_" } 1 .. $n;
my $speech = wav_cut('0880', 0, 1200);


# a task in each, all sent before the first answer is read

$m->set_plan($_, { progress => 'once', text => "said in $_" }) for @keys;

my @files = map { $_->{json}{file}{file_id} } $c->parallel(map {
    my $b = 'x' x 20;
    $m->client($_)->u2_bytes('POST', '/v1/files/upload',
        AsrClient::multipart($b, ['purpose', 'a2t_async_input'],
                             ['file', $speech, "$_.wav", 'audio/wav']),
        type => "multipart/form-data; boundary=$b") } @keys);

is(scalar(grep { $_ } @files), $n, "$n files");

my @tasks = map { $_->{json}{task_id} } $c->parallel(map {
    $m->client($keys[$_])->u2_bytes('POST', AsrClient::TASKS,
                                    AsrClient::u2_body($files[$_]))
} 0 .. $n - 1);

my %seen = map { $_ => 1 } grep { defined } @tasks;
is(scalar(keys %seen), $n, "$n tasks, no id twice");

my @texts = map { AsrClient::u2_text($_) } $c->parallel(map {
    $m->client($keys[$_])->u2_bytes('GET', AsrClient::TASKS . "/$tasks[$_]")
} 0 .. $n - 1);

is(scalar(grep { $texts[$_] eq "said in $keys[$_]" } 0 .. $n - 1), $n,
   'each has its own text');

my @others = map { $_->{json}{base_resp}{status_code} } $c->parallel(map {
    $m->client($keys[$_])->u2_bytes('GET', AsrClient::TASKS
                                           . '/' . $tasks[$_ - 1])
} 0 .. $n - 1);

is(scalar(grep { $_ } @others), $n, "none finds another's task");

is(scalar(grep { $m->world($_, 'requests/count')->{count} == 4 } @keys), $n,
   'each journal has its own four requests');


# limits, clock and faults of one are no other's

my ($one, $two) = map { $m->client($_) } @keys[0, 1];

for (1 .. 25) {
    $one->u2_create($files[0]);
}

is($one->u2_create($files[0])->{json}{base_resp}{status_code}, 100501,
   'one is over its limit');
is($two->u2_create($files[1])->{json}{base_resp}{status_code}, 0,
   'the other is not');

my ($limit) = grep { $_->{action} eq 'u2.create' }
              @{ $m->world($keys[0], 'limits')->{limits} };
is($limit->{used}, $limit->{limit}, 'the ledger is full');
cmp_ok($limit->{retry_ms}, '>', 0, '... and says until when');

$m->world($keys[0], 'clock', { advance => '1m' });
is($one->u2_create($files[0])->{json}{base_resp}{status_code}, 0,
   'its clock ends the window');

$m->world($keys[0], 'faults', { operation => '*', fault => '100999' }, 'POST');
is($one->u2_create($files[0])->{json}{base_resp}{status_code}, 100999,
   'one has a fault');
is($two->u2_create($files[1])->{json}{base_resp}{status_code}, 0,
   'the other has none');


# what is deleted

is($m->admin('DELETE', "worlds/$keys[0]")->{status}, 204, 'deleted');
is($m->admin('GET', "worlds/$keys[0]/requests")->{json}{requests}[0], undef,
   'its journal is gone');
isnt($one->u2_poll($tasks[0])->{json}{base_resp}{status_code}, 0,
     'its task is gone');
is(AsrClient::u2_text($two->u2_poll($tasks[1])), "said in $keys[1]",
   'the other is not');

is($m->admin('GET', 'worlds/sk-unknown')->{status}, 404, 'no such world');

$m->stop;


# accounts of a file are worlds, and any other key is nobody's

my $file = "$m->{dir}/accounts.json";
open my $f, '>', $file or die "$file: $!\n";
print $f '{"accounts":[{"name":"demo","keys":[{"bearer":"sk-demo"}]}]}';
close $f;

$m = AsrMock->new('--accounts', $file);

is($m->client('sk-demo')->u2_poll(1)->{json}{base_resp}{status_code} != 0, 1,
   'a key of the file is known');
is($m->world('demo', 'requests/count')->{count}, 1, 'it has a world');
is($m->client('sk-else')->u2_poll(1)->{json}{base_resp}{status_code}, 100101,
   'another key is nobody');
is($m->world('_', 'requests/count')->{count}, 1, '... and is seen even so');

$m->stop;

done_testing();
