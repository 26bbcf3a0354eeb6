#!/usr/bin/perl

# asr-mock by itself: how it starts, where it listens, how it ends, and what it
# leaves: nothing.

use strict;
use warnings;

use Cwd qw(getcwd);
use Fcntl qw(O_NONBLOCK);
use File::Copy qw(copy);
use File::Find ();
use File::Temp qw(tempdir);
use IO::Socket::INET;
use IO::Socket::UNIX;
use Test::More;

use AsrHttp;
use AsrLaunch;
use AsrTest;

my $dir = tempdir('asr-launch-XXXXXX', TMPDIR => 1, CLEANUP => 1);
chmod 0755, $dir;


sub spew
{
    my ($name, $text) = @_;

    open my $f, '>', $name or die "$name: $!";
    print $f $text;
    close $f or die "$name: $!";

    return $name;
}


sub health
{
    my ($port) = @_;

    return AsrHttp->new($port)->request('GET', '/_mock/health');
}


# The program with all that belongs to it, as it lies in a checkout; the path
# is to mean something to any program that does not quote it.

sub staged
{
    my ($name) = @_;
    my $to = "$dir/$name";
    my $page = "$AsrTest::TOP/mock_server/page";

    mkdir $_ for $to, "$to/build", "$to/mock_server", "$to/mock_server/page";

    for my $part (qw(asr-mock asr-decode asr-mock-audio asr-mock-cert
                     ngx_http_asr_mock_module.so))
    {
        copy(AsrTest::build_dir() . "/$part", "$to/build/$part")
            or die "$part is not built: $!";
        chmod 0755, "$to/build/$part";
    }

    for my $file (glob "$page/*") {
        copy($file, "$to/mock_server/page") if -f $file;
    }

    return "$to/build/asr-mock";
}


# Names, sizes and times of all below a folder.

sub files_in
{
    my ($where) = @_;
    my %seen;

    File::Find::find({ no_chdir => 1, wanted => sub {
        my @st = lstat $_;
        $seen{$_} = join ' ', @st[2, 7, 9];
    } }, $where);

    return \%seen;
}


# The flags of the socket that a process listens on at a port.

sub listening_flags
{
    my ($pid, $port) = @_;
    my $want = sprintf ':%04X', $port;
    my ($inode) = AsrTest::slurp("/proc/$pid/net/tcp")
                  =~ /^ *\d+: \w+$want \w+:\w+ 0A (?:\S+ +){5}(\d+)/m;

    for my $fd (glob "/proc/$pid/fd/*") {
        next if (readlink($fd) // '') ne "socket:[$inode]";
        $fd =~ s/fd/fdinfo/;
        return oct((AsrTest::slurp($fd) =~ /^flags:\s*(\d+)/m)[0]);
    }

    return undef;
}


sub ends
{
    my ($m, $signal) = @_;
    my $port = $m->{port};

    is($m->end($signal), 0, "$signal: status 0");
    is($m->left, '', 'the folder is gone');
    is(AsrHttp->new($port)->request('GET', '/')->{refused}, 1,
       'nobody listens');
    is($m->err, '', 'nothing on stderr');
}


subtest 'it serves until it is told to stop' => sub {
    for my $signal (qw(TERM INT HUP QUIT)) {
        my $m = AsrLaunch->start;
        my $r = health($m->{port});

        is($m->{host}, '127.0.0.1', 'on the loopback');
        is($r->{status}, 200, 'it is healthy');
        is($r->{json}{pid}, $m->{nginx}, 'the pid is that of nginx');
        ok(listening_flags($m->{nginx}, $m->{port}) & O_NONBLOCK,
           'accept() does not block');
        like($m->left, qr/\Aasr-mock-\w+\z/, 'one folder');
        is((stat $m->folder)[2] & 07777, 0700, 'which is private');

        ends($m, $signal);
        is($m->{out}, "ready http://127.0.0.1:$m->{port} pid $m->{nginx}\n",
           'one line on stdout');
    }
};


subtest 'twenty at once' => sub {
    my @m = map { AsrLaunch->new->spawn } 1 .. 20;
    my %ports;

    for my $m (@m) {
        $m->read_until(qr/\n/);
        my ($port) = $m->{out} =~ m{\Aready http://127\.0\.0\.1:(\d+) };
        $ports{$port // $m->err} = 1;
    }

    is(keys %ports, 20, 'each has a port');
    is(scalar(grep { health($_)->{status} == 200 } keys %ports), 20,
       'all answer');
    is(join(' ', map { $_->end('TERM') } @m), join(' ', (0) x 20),
       'all end well');
    is(join('', map { $_->left } @m), '', 'no folder is left');
};


subtest 'a port of one\'s choice' => sub {
    my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0,
                                  Listen => 1);
    my $port = $s->sockport;
    my $m = AsrLaunch->new(args => ["--port=$port"]);
    my ($status, $out, $err) = $m->run;

    is($status, 2, 'it is taken');
    is($out, '', 'nothing is ready');
    like($err, qr/^asr-mock: 127\.0\.0\.1:$port: Address already in use$/m,
         'and that is said');
    is($m->left, '', 'nothing is left');

    close $s;
    $m = AsrLaunch->start('--port', $port);
    is($m->{port}, $port, 'it is free');
    ends($m, 'TERM');
};


subtest 'an address of one\'s choice' => sub {
    my $m = AsrLaunch->start('--address', '0.0.0.0');

    is($m->{host}, '127.0.0.1', 'any: the URL has the loopback');
    is(health($m->{port})->{status}, 200, 'it answers');
    ends($m, 'TERM');

    SKIP: {
        skip 'no IPv6 here', 1 unless -s '/proc/net/if_inet6';

        $m = AsrLaunch->start('--address', '::1');
        is($m->{host}, '[::1]', 'IPv6');
        is($m->end('TERM'), 0, 'status 0');
    }
};


subtest 'the port in a file' => sub {
    my $file = "$dir/port";
    my $m = AsrLaunch->start('--port-file', $file);

    ok((wait_until { -e $file } 60), 'it is there when ready');
    is(AsrTest::slurp($file), "$m->{port}\n", 'the port and nothing else');
    ends($m, 'TERM');
    ok(!-e $file, 'and goes with the mock');

    my ($status, undef, $err) =
        AsrLaunch->run('--port-file', "$dir/none/port");
    is($status, 2, 'a file that cannot be');
    like($err, qr{^asr-mock: $dir/none/port\S*: No such file}m, 'is named');
};


sub over_unix
{
    my ($path) = @_;
    my $s = IO::Socket::UNIX->new(Peer => $path) or return "$path: $!";

    print $s "GET /_mock/health HTTP/1.0\r\n\r\n";
    local $/;

    return readline($s) // '';
}


subtest 'a unix socket' => sub {
    my $path = "$dir/with a \"blank\"";
    my $stale = IO::Socket::UNIX->new(Local => $path, Listen => 1);
    close $stale;

    my $m = AsrLaunch->start('--socket', $path);
    like(over_unix($path), qr{\AHTTP/1\.1 200 },
         'in the place of one that nobody holds');
    is(health($m->{port})->{status}, 200, 'beside the port');

    my ($status, undef, $err) = AsrLaunch->run('--socket', $path);
    is($status, 2, 'one that is held is not taken');
    like($err, qr/Address already in use/, 'for a reason');
    like(over_unix($path), qr{\AHTTP/1\.1 200 }, 'nor harmed');

    ends($m, 'TERM');
    ok(!-e $path, 'it goes with the mock');

    spew("$dir/file", 'mine');
    ($status) = AsrLaunch->run('--socket', "$dir/file");
    is($status, 2, 'a file is no socket');
    is(AsrTest::slurp("$dir/file"), 'mine', 'and stays');

    my $cwd = getcwd();
    chdir $dir or die $!;
    $m = AsrLaunch->start('--socket', 'relative');
    chdir $cwd or die $!;
    like(over_unix("$dir/relative"), qr{\AHTTP/1\.1 200 }, 'relative');
    ends($m, 'TERM');

    ($status, undef, $err) = AsrLaunch->run('--socket', '/' . 'x' x 120);
    is($status, 2, 'a name that is too long');
    like($err, qr/too long for a socket/, 'is called that');
};


sub s_client
{
    my ($m, @args) = @_;
    my ($port) = $m->{out} =~ m{^tls https://127\.0\.0\.1:(\d+) }m;
    my $file = spew("$dir/request",
                    "GET /_mock/health HTTP/1.0\r\n\r\n");

    return `openssl s_client -quiet -verify_return_error -no_ign_eof \\
                -connect 127.0.0.1:$port -servername localhost @args \\
                < '$file' 2>&1`;
}


subtest 'TLS with a certificate made at start' => sub {
    my $m = AsrLaunch->start('--tls');

    ok($m->read_until(qr/^tls /m), 'a second line tells of it');

    my ($ca) = $m->{out} =~ /^tls \S+ ca (.*)$/m;

    for my $name ('-verify_hostname localhost', '-verify_ip 127.0.0.1',
                  '-verify_ip ::1')
    {
        like(s_client($m, '-CAfile', $ca, '-ign_eof', $name),
             qr{HTTP/1\.1 200 }, $name);
    }

    unlike(s_client($m, '-CAfile', $ca, '-ign_eof',
                    '-verify_hostname example.org'), qr{HTTP/1\.1 200 },
           'not for another name');
    unlike(s_client($m, '-ign_eof', '-verify_hostname localhost'),
           qr{HTTP/1\.1 200 }, 'not for who does not know the CA');

    my @keys = grep { AsrTest::slurp($_) =~ /PRIVATE KEY/ }
               glob $m->folder . '/*';
    is(@keys, 1, 'one key: that of the CA is nowhere');
    is((stat $keys[0])[2] & 07777, 0600, 'and it is private');
    is(health($m->{port})->{status}, 200, 'without TLS too');

    is($m->end('TERM'), 0, 'status 0');
    is($m->left, '', 'all is gone');

    my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0,
                                  Listen => 1);
    my $port = $s->sockport;
    close $s;

    $m = AsrLaunch->start('--tls-port', $port);
    $m->read_until(qr/^tls .*\n/m);
    like($m->{out}, qr{^tls https://127\.0\.0\.1:$port }m, '--tls-port');
    is($m->end('TERM'), 0, 'status 0');
};


subtest 'nginx is killed' => sub {
    my $m = AsrLaunch->start;

    kill 'KILL', $m->{nginx};
    is($m->end, 1, 'status 1');
    like($m->err, qr/^asr-mock: nginx has ended by signal 9$/m,
         'and that is said');
    is($m->left, '', 'the folder is gone');
};


subtest 'asr-mock is killed' => sub {
    my $m = AsrLaunch->start;

    is($m->end('KILL'), 137, 'without mercy');
    ok((wait_until { health($m->{port})->{refused} } 60), 'nginx ends with it');
};


sub told
{
    my ($m, $path) = @_;

    return AsrHttp->new($m->{port})->request('GET', "/_mock/$path")->{json};
}


subtest 'options that are for the mock' => sub {
    my $m = AsrLaunch->start('--seed', 7, '--lenient', '--memory=100m');

    is(told($m, 'health')->{seed}, 7, '--seed');
    is(told($m, 'worlds/test-a/plan')->{strict}, JSON::PP::false(),
       '--lenient');
    like(AsrTest::slurp($m->folder . '/nginx.conf'),
         qr/^ *asr_mock_memory 100m;$/m, '--memory');
    ends($m, 'TERM');

    $m = AsrLaunch->start('--lenient', '--strict', '--engine',
                          'pocketsphinx');
    is(told($m, 'worlds/test-a/plan')->{strict}, JSON::PP::true(),
       '--strict, the last one counts');
    is(told($m, 'health')->{engine}, 'pocketsphinx', '--engine');
    ends($m, 'TERM');

    spew("$dir/scenario", '{"worlds":{"test-s":{"plan":{"text":"so"}}}}');
    spew("$dir/accounts", AsrHttp::json_encode({ accounts => [
        { name => 'one', app_id => 1300000001,
          keys => [{ bearer => 'sk-one' }] }] }));

    $m = AsrLaunch->start('--scenario', "$dir/scenario", '--accounts',
                          "$dir/accounts");
    is(told($m, 'worlds/test-s/plan')->{text}, 'so', '--scenario');
    AsrHttp->new($m->{port})->request('GET', '/v1/audio/asr/tasks/1',
        headers => [Authorization => 'Bearer sk-one']);
    is(told($m, 'worlds/one')->{requests}, 1, '--accounts');
    ends($m, 'TERM');
};


# In the place of nginx: programs that do not serve.

subtest 'it is stopped before it is ready' => sub {
    my $never = spew("$dir/never", "#!/bin/sh\nexec sleep 600\n");
    chmod 0755, $never;

    my $m = AsrLaunch->new(args => ['--nginx', $never])->spawn;

    ok((wait_until { -e $m->folder . '/nginx.conf' } 60), 'it starts');
    isnt($m->end('TERM'), 0, 'it does not say that all is well');
    is($m->{out}, '', 'nor ready');
    is($m->left, '', 'the folder is gone');
};


subtest 'what does not start' => sub {
    my $fails = spew("$dir/fails", "#!/bin/sh\nexit 3\n");
    chmod 0755, $fails;

    for my $case (
        [ qr/nginx has ended with status 3/, '--nginx', $fails ],
        [ qr{/none: No such file}, '--nginx', "$dir/none" ],
        [ qr{/none: No such file}, '--module', "$dir/none" ],
        [ qr{/none: No such file}, '--accounts', "$dir/none" ],
        [ qr{/none: No such file}, '--scenario', "$dir/none" ],
        [ qr{\[emerg\].*/file}, '--scenario', "$dir/file" ],
        [ qr{\[emerg\].*/file: not valid JSON}, '--accounts', "$dir/file" ],
    ) {
        my ($pattern, @args) = @$case;
        my $m = AsrLaunch->new(args => \@args);
        my ($status, $out, $err) = $m->run;

        is($status, 2, "@args: status 2");
        is($out, '', 'nothing is ready');
        like($err, $pattern, 'the reason is told');
        is($m->left, '', 'nothing is left');
    }

    my ($status, undef, $err) =
        AsrLaunch->new(tmp => "$dir/none")->run;
    is($status, 2, 'no TMPDIR');
    like($err, qr{/none/asr-mock-\w+: No such file}, 'is said');
};


subtest 'what nginx has started ends with it' => sub {
    my $busy = spew("$dir/busy", <<"EOF");
#!/bin/sh
{ while [ "\${i:=0}" -lt 99999 ]; do i=\$((i + 1)); mkdir -p "\$2/dir"; done
} > /dev/null 2>&1 &
echo \$! > '$dir/busy.pid'
exit 4
EOF
    chmod 0755, $busy;

    my $m = AsrLaunch->new(args => ['--nginx', $busy]);
    my ($status, undef, $err) = $m->run;

    is($status, 2, 'status 2');
    like($err, qr/nginx has ended with status 4/, 'for that reason');

    my ($pid) = AsrTest::slurp("$dir/busy.pid") =~ /^(\d+)$/;
    ok((wait_until { AsrTest::title($pid) eq '' } 5), 'it is gone');
    is($m->left, '', 'and what it made');
};


subtest 'options that are wrong' => sub {
    for my $case (
        [ 'unknown option "--prot"', '--prot', 80 ],
        [ 'unknown option "--=1"', '--=1' ],
        [ 'unexpected "npm"', 'npm', 'test' ],
        [ 'unexpected "-p"', '-p', 80 ],
        [ 'no command after --', '--' ],
        [ '--port needs a value', '--port' ],
        [ '--port needs a value', '--port=' ],
        [ '--port got "65536"', '--port', 65536 ],
        [ '--port got "-1"', '--port', -1 ],
        [ '--port got "80x"', '--port', '80x' ],
        [ '--tls-port got "x"', '--tls-port', 'x' ],
        [ '--tls takes no value', '--tls=yes' ],
        [ '--address got "localhost"', '--address', 'localhost' ],
        [ '--address got "127.0.0.1;"', '--address', '127.0.0.1;' ],
        [ '--engine got "magic"', '--engine', 'magic' ],
        [ '--seed got "18446744073709551616"', '--seed',
          '18446744073709551616' ],
        [ '--seed got "1;"', '--seed', '1;' ],
        [ '--memory got "64 m"', '--memory', '64 m' ],
        [ '--memory got "64mb"', '--memory', '64mb' ],
        [ '--fail-on got "note"', '--fail-on', 'note' ],
        [ '--report got "x.pdf"', '--report', 'x.pdf' ],
        [ '--report got "json="', '--report', 'json=' ],
        [ '--report got "x.txt"', ('--report', 'x.txt') x 17 ],
    ) {
        my ($words, @args) = @$case;
        my $m = AsrLaunch->new(args => \@args);
        my ($status, $out, $err) = $m->run;

        is($status, 2, "$words: status 2");
        is($out, '', 'nothing on stdout');
        like($err, qr/\Aasr-mock: \Q$words\E/, 'it is told what');
        like($err, qr/^usage: asr-mock /m, 'with the usage');
        is($m->left, '', 'nothing was made');
    }
};


subtest 'what is sent to it may be large, or nothing' => sub {
    my $m = AsrLaunch->start;
    my $http = AsrHttp->new($m->{port});
    my $cookie = 'a' x 30000;

    is($http->request('POST', '/_mock/inbox/large', body => 'x' x 3_000_000)
       ->{status}, 200, 'a callback');
    is($http->request('GET', '/_mock/health', headers => [Cookie => $cookie])
       ->{status}, 200, 'a header');
    is($http->request('GET', '/_mock/health', body => '')->{status}, 200,
       'Content-Length: 0');
    ends($m, 'TERM');
};


subtest 'what it tells of itself' => sub {
    my ($status, $out, $err) = AsrLaunch->run('--help');
    my @options = $out =~ /^  (--[a-z-]+)/mg;
    my @lines = split /\n/,
                AsrTest::slurp("$AsrTest::TOP/mock_server/README.md");

    is("$status $err", '0 ', '--help is no error');
    is(scalar(grep { length > 79 } split /\n/, $out), 0, 'it is narrow');

    for my $option (@options) {
        is(scalar(grep { /^\| `\Q$option\E[` ]/ } @lines), 1,
           "README has $option");
    }

    cmp_ok(@options, '>=', 20, 'all of them');

    ($status, $out, $err) = AsrLaunch->run('--version');
    like($out, qr/\Aasr-mock \d+\.\d+\n\z/, '--version');
    is("$status $err", '0 ', 'likewise');
};


subtest 'nobody reads its stdout' => sub {
    my $m = AsrLaunch->new(child => sub {
        pipe my $read, my $write;
        open STDOUT, '>&', $write;
        close $read;
    });
    my ($status, undef, $err) = $m->run;

    is($status, 2, 'it ends');
    like($err, qr/^asr-mock: stdout: Broken pipe$/m, 'for that reason');
    is($m->left, '', 'and cleans up');
};


subtest 'nginx\'s log on stderr' => sub {
    my $m = AsrLaunch->start('--verbose');

    is($m->end('TERM'), 0, 'status 0');
    like($m->err, qr/ \[notice\] .*SIGTERM/, 'as it comes');
    is($m->left, '', 'nothing is left');
};


subtest 'paths that would be read as something else' => sub {
    my $program = staged("a \"b\" 'c' \$d {e}; #\\n");
    my $accounts = spew("$dir/x \"y\" \$z\\t;.json", '{"accounts":[]}');
    my $m = AsrLaunch->new(program => $program,
                           tmp => $program =~ s{/build/asr-mock}{}r . '/tmp',
                           args => ['--accounts', $accounts]);

    mkdir $m->{tmp} or die $!;
    $m->start;
    is(health($m->{port})->{status}, 200, 'it answers');
    is(AsrHttp->new($m->{port})->request('GET', '/_mock/')->{status}, 200,
       'and has a page');
    ends($m, 'TERM');
};


subtest 'as somebody who may nothing' => sub {
    plan skip_all => 'not root' if $> != 0;

    my $program = staged('unprivileged');
    my $home = "$dir/home";

    mkdir $home or die $!;
    spew("$home/.profile", '');
    chown scalar getpwnam('nobody'), -1, $home, "$home/.profile";

    my $before = files_in($home);
    my $m = AsrLaunch->new(program => $program, tmp => "$dir/tmp-nobody",
        env => { HOME => $home }, args => ['--tls'],
        child => sub { chdir $home or die $! },
        prefix => [qw(setpriv --reuid nobody --regid nogroup
                      --clear-groups --no-new-privs)]);

    mkdir $m->{tmp} or die $!;
    chown scalar getpwnam('nobody'), -1, $m->{tmp};

    $m->start;
    is((stat "/proc/$m->{nginx}")[4], scalar getpwnam('nobody'),
       'nginx is nobody');
    is(health($m->{port})->{status}, 200, 'it answers');
    is($m->end('TERM'), 0, 'it ends well');
    is($m->left, '', 'its folder is gone');
    is_deeply(files_in($home), $before, 'nothing is written elsewhere');
};


subtest 'nothing is written elsewhere' => sub {
    my $home = "$dir/elsewhere";

    mkdir $home or die $!;

    my $before = files_in($home);
    my $m = AsrLaunch->new(env => { HOME => $home },
                           child => sub { chdir $home or die $! })->start;

    is(health($m->{port})->{status}, 200, 'it answers');
    ends($m, 'TERM');
    is_deeply(files_in($home), $before, 'HOME and the folder are as before');
};


done_testing();
