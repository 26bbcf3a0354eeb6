#!/usr/bin/perl

# asr-mock -- COMMAND: what the command gets, what becomes of its status, and
# the reports about it.

use strict;
use warnings;

use File::Temp qw(tempdir);
use Test::More;

use AsrHttp qw(json_decode);
use AsrLaunch;
use AsrTest;

my $dir = tempdir('asr-launch-XXXXXX', TMPDIR => 1, CLEANUP => 1);

# A client without fault, and one that sends what the document forbids: a task
# of no file.

my $good = script('good', <<'EOF');
my $s = IO::Socket::INET->new("$ENV{ASR_MOCK_HOST}:$ENV{ASR_MOCK_PORT}");
print $s "GET /_mock/health HTTP/1.0\r\n\r\n";
exit(join('', <$s>) =~ m{^HTTP/1.1 200 } ? 0 : 9);
EOF

my $bad = script('bad', <<'EOF');
my $s = IO::Socket::INET->new("$ENV{ASR_MOCK_HOST}:$ENV{ASR_MOCK_PORT}");
print $s "POST /v1/audio/asr/tasks HTTP/1.0\r\nContent-Length: 2\r\n",
         "Content-Type: application/json\r\n",
         "Authorization: Bearer test-launch\r\n\r\n{}";
exit(join('', <$s>) =~ m{^HTTP/1.1 \d} ? $ARGV[0] // 0 : 9);
EOF


sub script
{
    my ($name, $text) = @_;

    open my $f, '>', "$dir/$name" or die "$name: $!";
    print $f "#!/usr/bin/perl\nuse IO::Socket::INET;\n$text";
    close $f or die "$name: $!";
    chmod 0755, "$dir/$name";

    return "$dir/$name";
}


sub launch
{
    my (@args) = @_;

    return AsrLaunch->new(args => \@args);
}


subtest 'the command\'s environment' => sub {
    my ($status, $out, $err) = AsrLaunch->run('--', $^X, '-e',
        'print map { "$_=$ENV{$_}\n" } sort grep { /^ASR_MOCK/ } keys %ENV;
         print "NGINX\n" if exists $ENV{NGINX}');

    is($status, 0, 'status 0');
    like($out, qr{\AASR_MOCK_HOST=127\.0\.0\.1\nASR_MOCK_PORT=(\d+)\n
                  ASR_MOCK_URL=http://127\.0\.0\.1:\1\n\z}x,
         'where the mock is');

    my ($port) = $out =~ /PORT=(\d+)/;
    like($err, qr{\Aready http://127\.0\.0\.1:$port pid \d+\n},
         'the ready line goes to stderr');

    ($status, $out) = AsrLaunch->run('--tls', '--socket', "$dir/socket", '--',
        $^X, '-e', 'print "$ENV{ASR_MOCK_TLS_URL} $ENV{ASR_MOCK_SOCKET} ",
                          -s $ENV{ASR_MOCK_CA} ? "there" : "not there"');
    like($out, qr{\Ahttps://127\.0\.0\.1:\d+ $dir/socket there\z},
         'TLS, its CA, and the socket');
};


subtest 'the command has the terminal' => sub {
    my $m = launch('--', $^X, '-e', 'print <STDIN>; print STDERR "mine\n";
                                     print getpgrp, "\n"')->spawn;

    syswrite $m->{stdin}, "typed\n";
    close delete $m->{stdin};

    my $group = getpgrp $m->{pid};

    is($m->end, 0, 'status 0');
    is($m->{out}, "typed\n$group\n", 'stdin, stdout, the process group');
    like($m->err, qr/^mine$/m, 'stderr');
    is($m->left, '', 'nothing is left');
};


subtest 'its status' => sub {
    for my $case (
        [ 0, 'exit 0' ], [ 7, 'exit 7' ], [ 255, 'exit 255' ],
        [ 137, 'kill 9, $$; sleep' ], [ 143, 'kill 15, $$; sleep' ],
        [ 130, 'kill 2, $$; sleep' ],
    ) {
        my ($want, $code) = @$case;
        my $m = launch('--', $^X, '-e', $code);
        my ($status, undef, $err) = $m->run;

        is($status, $want, "$code: status $want");
        is($m->left, '', 'nothing is left');
    }

    my ($status, undef, $err) = AsrLaunch->run('--', "$dir/none");
    is($status, 127, 'no such command');
    like($err, qr{^asr-mock: $dir/none: No such file}m, 'is said');

    ($status, undef, $err) = AsrLaunch->run('--', $dir);
    is($status, 126, 'a command that is none');
    like($err, qr{^asr-mock: $dir: Permission denied}m, 'is said');

    ($status) = AsrLaunch->run('--', $^X, '-e', 'exit @ARGV', '--', '--port',
                               'x');
    is($status, 2, 'its options are its own');
};


subtest 'signals are for the command' => sub {
    for my $signal (qw(TERM INT HUP USR1)) {
        my $m = launch('--', $^X, '-e', "\$| = 1; \$SIG{$signal} = sub {
            print qq(got\\n); exit 5 }; print qq(up\\n); sleep 600")->spawn;

        $m->read_until(qr/up\n/);
        is($m->end($signal), 5, "$signal: its status");
        is($m->{out}, "up\ngot\n", 'once');
        like($m->err, qr/\Aready \S+ pid \d+\n./s, 'and then the report');
        is($m->left, '', 'nothing is left');
    }
};


# Of the whole group, as a terminal does it: nobody is told twice.  A shell that
# stayed between would be interrupted too, and say so.

subtest 'an interrupt from the terminal' => sub {
    my $program = AsrTest::build_dir() . '/asr-mock';
    my $command = script('interrupted', <<'EOF');
$| = 1;
my $n = 0;
$SIG{INT} = sub { $n++; print "interrupted\n" };
print "up\n";
for ( ;; ) { last if defined readline STDIN }
print "$n in all\n";
exit 4;
EOF
    my $m = AsrLaunch->new(program => 'script', args =>
        ['-qec', "exec '$program' -- '$command'", '/dev/null'])->spawn;

    ok($m->read_until(qr/up\r?\n/), 'it is up');
    syswrite $m->{stdin}, "\003";
    ok($m->read_until(qr/interrupted\r?\n/), 'it is interrupted');
    syswrite $m->{stdin}, "\n";
    is($m->end, 4, 'its status');
    like($m->{out}, qr/^1 in all\r?\n.+/ms, 'once, and the report follows');
    is($m->left, '', 'nothing is left');
};


subtest 'nginx is killed under it' => sub {
    for my $trap ('', '$SIG{TERM} = "IGNORE"; ') {
        my $m = launch('--', $^X, '-e', $trap . '$| = 1; print "$$\n";
                                                 sleep 600')->spawn;

        $m->read_until(qr/\n/);
        my ($nginx) = $m->err =~ /pid (\d+)$/m;
        my ($command) = $m->{out} =~ /(\d+)/;

        kill 'KILL', $nginx;
        is($m->end, 1, 'status 1');
        like($m->err, qr/^asr-mock: nginx has ended by signal 9$/m,
             'and that is said');
        is(kill(0, $command), 0, 'the command has ended');
        is($m->left, '', 'nothing is left');
    }
};


subtest 'a client that breaks a rule' => sub {
    my ($status, $out, $err) = AsrLaunch->run('--', $good);
    is($status, 0, 'none broken: status 0');

    ($status, $out, $err) = AsrLaunch->run('--', $bad);
    is($status, 1, 'status 1');
    is($out, '', 'stdout is the command\'s');

    ($status) = AsrLaunch->run('--', $bad, 6);
    is($status, 6, 'a status of its own stays');

    ($status, $out, $err) = AsrLaunch->run('--fail-on', 'never', '--', $bad);
    is($status, 0, '--fail-on never');
    like($err, qr/\Aready .*\n.+/s, 'has the report too');

    ($status) = AsrLaunch->run('--fail-on', 'warning', '--', $bad);
    is($status, 1, '--fail-on warning');
};


subtest 'reports' => sub {
    my %file = map { $_ => "$dir/report.$_" } qw(txt json xml html);
    my ($status, $out, $err) = AsrLaunch->run(
        (map { ('--report', $_) } values %file),
        '--report', "html=$dir/page", '--report', 'json=-', '--', $bad);
    my %text = map { $_ => AsrTest::slurp($file{$_}) } keys %file;

    is($status, 1, 'status 1');
    isnt($text{txt}, '', 'text');
    isnt(index($err, $text{txt}), -1, 'the same as on stderr');
    is(json_decode($text{json})->{ok}, JSON::PP::false(), 'JSON');
    like($text{xml}, qr/<testsuite/, 'JUnit');
    like($text{html}, qr/<html/i, 'HTML');
    like(AsrTest::slurp("$dir/page"), qr/<html/i, 'by name');
    is(json_decode($out)->{ok}, JSON::PP::false(), 'on stdout');

    ($status, undef, $err) =
        AsrLaunch->run('--report', "$dir/none/x.json", '--', $good);
    is($status, 1, 'one that cannot be written: status 1');
    like($err, qr{^asr-mock: $dir/none/x\.json: No such file}m, 'is said');

    my $m = AsrLaunch->start('--report', "$dir/alone.json");
    is($m->end('TERM'), 0, 'without a command');
    is(json_decode(AsrTest::slurp("$dir/alone.json"))->{ok},
       JSON::PP::true(), 'at the end');
};


done_testing();
