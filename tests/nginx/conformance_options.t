#!/usr/bin/perl
#
# The suite's command line: what each option does, what is refused, and with
# which status it ends.

use strict;
use warnings;

use File::Copy qw(copy);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use POSIX ();
use TAP::Parser;
use Test::More;

use AsrConf;
use AsrHttp qw(json_decode);
use AsrLaunch ();
use AsrMock;
use AsrTest;

my $dir = tempdir('asr-options-XXXXXX', TMPDIR => 1, CLEANUP => 1);
chmod 0755, $dir;


sub spew
{
    my ($name, $text) = @_;

    open my $f, '>', "$dir/$name" or die "$name: $!";
    print $f $text;
    close $f or die "$name: $!";

    return "$dir/$name";
}


sub runs { return AsrConf->run(@_) }


# Of a list: the tasks that its cases make.

sub tasks
{
    my $n = 0;

    $n += (split /\t/)[4] for split /\n/, $_[0];

    return $n;
}


# Ends with 2 and one line on stderr.

sub refused
{
    my ($name, $says, @args) = @_;
    my $r = runs(@args);

    is($r->{status}, 2, "$name: 2");
    like($r->{err}, qr/\A[^\n]*$says[^\n]*\n\z/, "$name: one line says why");
    is($r->{out}, '', "$name: nothing else");
}


my $mock = AsrMock->new('--fail-on', 'never');
my @at = ('--target', $mock->{url});
my $few = 'u2/delete/body';
my $case = "$few/1";


# targets without --target; a sanitized mock has to be loaded so

my %as_mock = (child => sub {
    AsrLaunch::sanitize() if AsrTest::sanitized();
});

for my $how (['--mock'], []) {
    local $ENV{ASR_MOCK_URL} = $mock->{url} if !@$how;
    my $r = runs(\%as_mock, @$how, $few);
    my $name = $how->[0] // 'ASR_MOCK_URL';

    is($r->{status}, 0, "$name: held") or diag("$r->{out}$r->{err}");
    like($r->{out}, qr/^[1-9]\d* passed, 0 failed, 0 skipped\n\z/m,
         "$name: all of it");
}


# what cannot be run

my $busy = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0,
                                 Listen => 1) or die "no port: $!";
my $gone = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0)
    or die "no port: $!";
my $nobody = 'http://127.0.0.1:' . $gone->sockport;

refused('no target', 'no --target', $few);
refused('two targets', '--mock and --target', '--mock', @at, $few);
refused('an option there is none of', 'no option "--nonsense"', @at,
        '--nonsense');
refused('an option without its value', '--target needs a value', '--target');
refused('a target that is no URL', 'no http or https URL', '--target',
        'ftp://x');
refused('a target of no API', 'no API "nonsense"', '--target',
        "nonsense=$mock->{url}");
refused('an id of no case', 'no case is "u2/nonsense"', @at, 'u2/nonsense');
refused('half a part of an id', 'no case is "u2/del"', @at, 'u2/del');
refused('an id of no case beside one of some', 'no case is "x"', @at, $few,
        'x');
refused('a document without a target', 'no target for', '--target',
        "u2=$mock->{url}", 'ice/DeleteSmartJob');
refused('an accounts file that is none', 'accounts\.none: No such file', @at,
        '--accounts', "$dir/accounts.none", $few);
refused('accounts that are no JSON', 'line 1', @at, '--accounts',
        spew('bad.json', '{"accounts": x}'), $few);
refused('accounts without any', 'no "accounts"', @at, '--accounts',
        spew('none.json', '{}'), $few);
refused('half a key', 'alone', @at, '--accounts',
        spew('half.json', '{"accounts": [{"name": "main", "keys":'
                          . ' [{"secret_id": "x"}]}]}'), $few);
refused('a report that cannot be written', 'Is a directory', @at, '--report',
        "tap=$dir", $few);
refused('a report of no format', 'no format "xml"', @at, '--report',
        "xml=$dir/x", $few);
refused('a report without a file', 'no FORMAT=FILE', @at, '--report', 'tap',
        $few);
refused('a level there is none of', '--level: "may"', @at, '--level', 'may',
        $few);
refused('no number', '--threads: "many"', @at, '--threads', 'many', $few);
refused('one case of none', '--every: "0"', @at, '--every', '0', $few);
refused('a socket that is none', 'no socket', @at, '--listen', 'fd:99', $few);
refused('too few threads', '--threads: "0"', @at, '--threads', '0', $few);
refused('a timeout below zero', '--timeout: "-1"', @at, '--timeout', '-1',
        $few);
refused('a port that is taken', 'Address already in use|127\.0\.0\.1', @at,
        '--listen', '127.0.0.1:' . $busy->sockport, $few);
refused('nobody at the target', 'cannot be reached', '--target', $nobody);
refused('nobody at one of the targets', 'cannot be reached', @at, '--target',
        "ice=$nobody");
refused('a replay of no case', 'no case "u2/nonsense"', @at, '--replay',
        'u2/nonsense');
refused('a list of nothing', 'no case is "nonsense"', '--list', 'nonsense');
refused('lines that are none', 'line 1', @at, '--with',
        spew('with', "nonsense\n"), $few);
refused('known failures that cannot be read', 'No such file', @at,
        '--known-failing', "$dir/none", $few);


# what is told

my $r = runs('--help');
is($r->{status}, 0, '--help: 0');
like($r->{out}, qr/\Ausage: asr-conformance /, '--help: how it is used');

$r = runs('--version');
is($r->{status}, 0, '--version: 0');
like($r->{out}, qr/\Aasr-conformance \d+\.\d+\n\z/, '--version: it');

$r = runs('--list', $few);
is($r->{status}, 0, '--list: 0');
my @listed = map { (split /\t/)[0] } split /\n/, $r->{out};
ok(@listed > 1 && !(grep { !m{^\Q$few\E/} } @listed),
   '--list: all that the id selects, and no other');
my $row = qr/[TUMI]-\d+(?:,[TUMI]-\d+)*\t(?:must|should|observed)\t\w+\t\d+
             \t[^\t]+/x;
is(scalar(() = $r->{out} =~ /^[^\t]+\t$row$/mg), scalar @listed,
   '--list: id, clauses, level, kind, tasks and name');
is($r->{err}, sprintf("%u cases, which make %u tasks\n", scalar @listed,
                      tasks($r->{out})), '--list: and what they come to');

# a part of those that are generated: stable, and all that are written

my @all = split /\n/, runs('--list', 'u2')->{out};
my @some = split /\n/, runs('--list', '--every', '5', 'u2')->{out};
my %all = map { $_ => 1 } @all;
my $is_made = sub { (split /\t/, $_[0])[3] !~ /^(?:hand|cause)$/ };

is(scalar(grep { !$all{$_} } @some), 0, '--every: of the same cases');
is(scalar(grep { !$is_made->($_) } @some),
   scalar(grep { !$is_made->($_) } @all), '--every: all that are written');

my $part = grep { $is_made->($_) } @some;
my $made = grep { $is_made->($_) } @all;

ok($part > $made / 10 && $part < $made / 3, '--every: a fifth of the others')
    or diag("$part of $made");

$r = runs('--list', 'u2/create/file_id');
cmp_ok(tasks($r->{out}), '>', 0, '--list: some make tasks');
like($r->{err}, qr/ which make ${\ tasks($r->{out})} tasks\n\z/,
     '--list: so many');

my $all = () = $r->{out} =~ /\n/g;
my $costly = () = $r->{out} =~ /\t[1-9]\d*\t[^\t]+\n/g;

$r = runs('--list', '--no-tasks', 'u2/create/file_id');
is(tasks($r->{out}), 0, '--no-tasks: none that makes one');
is(scalar(() = $r->{out} =~ /\n/g), $all - $costly,
   '--no-tasks: and all others');

$r = runs('--audit');
is($r->{status}, 0, '--audit: the suite lacks nothing') or diag($r->{out});

$r = runs('--print-accounts', '--webhook', 'http://127.0.0.1:1/webhook');
is($r->{status}, 0, '--print-accounts: 0');
my $accounts = json_decode($r->{out});
ok((grep { ($_->{webhook} // '') eq 'http://127.0.0.1:1/webhook' }
    @{ $accounts->{accounts} }), '--webhook: stands in it');

mkdir "$dir/vectors";
$r = runs('--vectors', "$dir/vectors");
is($r->{status}, 0, '--vectors: 0');
is(join(' ', sort map { m{/(\w+)\.json$} } glob "$dir/vectors/*.json"),
   'acs3 bearer rpc1 schema tc1 tc3', '--vectors: one of each, and a schema');
refused('vectors where none can be', 'No such file', '--vectors',
        "$dir/none/there");


# runs that hold, and that do not

my $reports = "$dir/r";

$r = runs(@at, '--report', "tap=$reports.tap", '--report', "junit=$reports.xml",
          '--report', "jsonl=$reports.jsonl", '--report',
          "matrix.md=$reports.md", '--report', "matrix.html=$reports.html",
          $few);
is($r->{status}, 0, 'all hold: 0') or diag($r->{out});
like($r->{out}, qr/^${\ scalar @listed} passed, 0 failed, 0 skipped\n\z/m,
     'all hold: the closing line');


# TAP, XML and JSON as their readers read them

sub tap
{
    my ($name, $failed) = @_;
    my $p = TAP::Parser->new({ tap => AsrTest::slurp($name) });

    $p->run;
    is(join(' ', $p->parse_errors), '', 'TAP: no error of a parser');
    is($p->tests_run, scalar @listed, 'TAP: a test for each case');
    is(scalar($p->failed), $failed, "TAP: $failed failed");
}


sub junit
{
    my ($name, $failed) = @_;
    my $text = AsrTest::slurp($name);

    is(system("python3 -c 'import sys, xml.dom.minidom as m;"
              . " m.parse(sys.argv[1])' $name 2>/dev/null"), 0,
       'JUnit: a parser reads it');
    is(scalar(() = $text =~ /<testcase /g), scalar @listed,
       'JUnit: a test for each case');
    is(scalar(() = $text =~ /<failure /g), $failed, "JUnit: $failed failed");
}


sub lines
{
    my ($name, $failed) = @_;
    my ($run, @cases) = map { json_decode($_) } split /\n/,
                        AsrTest::slurp($name);

    is($run->{run}, 'asr-conformance', 'lines: the run first');
    is_deeply([sort map { $_->{id} } @cases], [sort @listed],
              'lines: a line for each case');
    is(scalar(grep { $_->{verdict} eq 'failed' } @cases), $failed,
       "lines: $failed failed");
}


tap("$reports.tap", 0);
junit("$reports.xml", 0);
lines("$reports.jsonl", 0);
like(AsrTest::slurp("$reports.md"), qr/^\|/m, 'the matrix has tables');
like(AsrTest::slurp("$reports.html"), qr{\A<!DOCTYPE html>.*</html>\s*\z}s,
     'and is a page');


# accounts the endpoint does not know: each case gets an error of the key

my $unknown = spew('unknown.json', '{"accounts": [{"name": "main", "keys":'
                   . ' [{"bearer": "nobody-knows-this"}]}]}');
my @fails = (@at, '--accounts', $unknown);

$r = runs(@fails, '--report', "tap=$reports.tap", '--report',
          "junit=$reports.xml", '--report', "jsonl=$dir/fails.jsonl", $few);
is($r->{status}, 1, 'findings: 1');
my ($passed, $failed, $skipped)
    = $r->{out} =~ /^(\d+) passed, (\d+) failed, (\d+) skipped\n\z/m;
cmp_ok($failed, '>', 0, 'findings: there are some');
is($passed + $failed + $skipped, scalar @listed, 'findings: all are counted');
like($r->{out}, qr/--replay \Q$few\E\/\d+/, 'findings: how to see one again');
tap("$reports.tap", $failed);
junit("$reports.xml", $failed);
lines("$dir/fails.jsonl", $failed);

my @bad = map { $_->{id} } grep { ($_->{verdict} // '') eq 'failed' }
          map { json_decode($_) }
          split /\n/, AsrTest::slurp("$dir/fails.jsonl");

$r = runs(@fails, '--threads', 1, '--first', $few);
is($r->{status}, 1, '--first: 1');
like($r->{out}, qr/^\d+ passed, 1 failed, /m, '--first: one finding');

$r = runs(@fails, '--level', 'must', $few);
is($r->{status}, 0, '--level: what is observed fails no run of must');
like($r->{out}, qr/ 0 failed, /, '--level: and is not counted as such');

$r = runs(@fails, '--known-failing', spew('known', "# known\n$few/...\n"),
          $few);
is($r->{status}, @bad == @listed ? 0 : 1, '--known-failing: all below an id');

$r = runs(@fails, '--known-failing', spew('known', "$bad[0]  # known\n"),
          $bad[0]);
is($r->{status}, 0, '--known-failing: a case that fails as known: 0');
like($r->{out}, qr/known/, '--known-failing: and it is told');

$r = runs(@at, '--known-failing', spew('known', "$bad[0]\n"), $bad[0]);
is($r->{status}, 1, '--known-failing: a case that holds again: 1');
like($r->{out}, qr/\Q$bad[0]\E/, '--known-failing: and which it is');

$r = runs(@at, '--with', "$dir/fails.jsonl", '--report',
          "matrix.md=$dir/with.md", $few);
is($r->{status}, 0, '--with: an earlier run changes nothing of this one');
like(AsrTest::slurp("$dir/with.md"), qr/\bB\b/, '--with: but is a column');

$r = runs(@at, '--replay', $case);
is($r->{status}, 0, '--replay of a case that holds: 0');
like($r->{out}, qr/^< HTTP \d+.*^passed$/ms, '--replay: all that was sent');

$r = runs(@fails, '--replay', $bad[0]);
is($r->{status}, 1, '--replay of a case that fails: 1');
like($r->{out}, qr/^failed in step \d+: /m, '--replay: what failed');

$r = runs(@at, '-v', '-v', $case);
like($r->{out}, qr/\Q$case\E|an empty body/, '--verbose: what passes, too');

$r = runs('--target', "u2=$mock->{url}", '--target', "ice=$nobody/", $case);
is($r->{status}, 2, 'a target is asked for even where no case is');

# a variable that names a proxy is not obeyed

$r = runs({ child => sub { $ENV{http_proxy} = $nobody;
                           $ENV{ALL_PROXY} = $nobody } }, @at, $case);
is($r->{status}, 0, 'no proxy is asked');


# it needs nothing: nobody's, in an empty folder, without a home

SKIP: {
    skip('not root', 2) if $> != 0;

    my $empty = "$dir/empty";

    mkdir $empty;
    copy(AsrConf::program(), "$dir/alone") or die "copy: $!";
    chmod 0755, "$dir/alone";

    $r = runs({ program => "$dir/alone",
                child => sub {
                    chdir $empty or POSIX::_exit(120);
                    %ENV = ();
                    $) = '65534 65534';
                    $( = 65534;
                    POSIX::setuid(65534) or POSIX::_exit(121);
                } }, @at, 'u2/retrieve_content/file_id', $case);
    is($r->{status}, 0, 'alone, as nobody: 0') or diag($r->{out}, $r->{err});
    like($r->{out}, qr/^[1-9]\d* passed, 0 failed, 0 skipped\n\z/m,
         'alone, as nobody: the same');
}

$mock->stop;

done_testing;
