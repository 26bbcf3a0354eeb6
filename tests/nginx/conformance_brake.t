#!/usr/bin/perl
#
# An account that has a limit, as those of vendors have: cases that are about
# something else wait for the window's end and hold; where the file says that
# there is no limit, its refusals are findings.

use strict;
use warnings;

use File::Temp qw(tempdir);
use Test::More;

use AsrConf;
use AsrHttp qw(json_encode);
use AsrMock;
use AsrTest;

my $dir = tempdir('asr-brake-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $cases = 'tencent/CreateRecTask/ResTextFormat/enum';


sub accounts
{
    my ($name, $limit) = @_;

    open my $f, '>', "$dir/$name" or die "$name: $!";
    print $f json_encode({ accounts => [{ name => 'main', app_id => 1300000001,
        keys => [{ secret_id => 'AKIDbrake', secret_key => 'notASecret' }],
        limits => { 'tencent.CreateRecTask' => $limit,
                    'tencent.DescribeTaskStatus' => 'off' } }] });
    close $f or die "$name: $!";

    return "$dir/$name";
}


my $limited = accounts('limited.json', '3r/s');
my $mock = AsrMock->new('--fail-on', 'never', '--accounts', $limited);
my @run = ('--target', $mock->{url}, '--no-shrink', $cases, '--accounts');
my $r = AsrConf->run(@run, $limited);
my ($n) = $r->{out} =~ /^(\d+) passed, 0 failed, 0 skipped\n\z/m;

is($r->{status}, 0, 'a limit that the file names: all hold')
    or diag($r->{out});
cmp_ok($n // 0, '>', 6, 'more than two windows of them');

my ($requests) = $r->{out} =~ /, (\d+) requests/;

cmp_ok($requests, '>', $n, 'some were sent again');

$r = AsrConf->run(@run, accounts('free.json', 'off'));
is($r->{status}, 1, 'a limit that ought not to be: findings');
like($r->{out}, qr/RequestLimitExceeded/, 'which name it');

$mock->stop;
done_testing;
