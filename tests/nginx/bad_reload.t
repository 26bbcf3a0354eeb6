#!/usr/bin/perl

# A reload whose store, spool or model cannot be had leaves the running
# configuration at work, master included; a later, good one is taken.

use strict;
use warnings;

use MIME::Base64 qw(encode_base64);
use Test::More;

use AsrTest;

sub conf
{
    my (%opt) = @_;
    my $text = <<'EOC';
%%GLOBALS%%
worker_processes 1;
events {}
http {
    %%HTTP%%
    asr_threads 1;
    server {
        listen 127.0.0.1:%%PORT%%;
        location / { asr tencent; }
    }
}
EOC
    my $http = "    asr_store sqlite:%%PREFIX%%/" . ($opt{store} // 'store')
        . "/asr.db;\n    asr_spool %%PREFIX%%/" . ($opt{spool} // 'spool')
        . ";\n    asr_model en lm=%%PREFIX%%/" . ($opt{lm} // 'good.lm')
        . ";\n" . <<'EOC';
    access_log off;
    client_body_temp_path %%PREFIX%%/body_temp;
    proxy_temp_path %%PREFIX%%/proxy_temp;
    fastcgi_temp_path %%PREFIX%%/fastcgi_temp;
    uwsgi_temp_path %%PREFIX%%/uwsgi_temp;
    scgi_temp_path %%PREFIX%%/scgi_temp;
    asr_accounts %%PREFIX%%/accounts.json;
    asr_decode %%PREFIX%%/asr-decode;
EOC
    $text =~ s/[ \t]*%%HTTP%%\n/$http/;

    return $text;
}

my $t = AsrTest->new->allow_alert(qr/\[(?:emerg|crit)\]/);

$t->write_file('good.lm', AsrTest::slurp(AsrTest::MODEL . '/en-us.lm.bin'));
$t->write_file('bad.lm', 'nothing of the kind');
$t->write_file('file', '');
$t->conf(conf())->run;

my $c = $t->client;
my $good = AsrClient::rec_task(encode_base64(wav_cut('0880', 0, 1200), ''));
my @workers = $t->workers;

for my $bad (['store' => 'file/x'], ['spool' => 'file/x'],
             ['lm' => 'bad.lm'])
{
    my $said = () = $t->error_log =~ /\[emerg\]/g;

    $t->conf(conf(@$bad));
    kill 'HUP', $t->{master};

    ok((wait_until { $said < (() = $t->error_log =~ /\[emerg\]/g) }
        30 * slow()), "bad $bad->[0]: said in the log");

    # asked of the master: it is there, and has no child but the old one

    ok($t->alive($t->{master}), "bad $bad->[0]: the master is there");
    is(join(' ', $t->workers), "@workers", "bad $bad->[0]: the old worker");
    ok($c->tc3('CreateRecTask', $good)->{json}{Response}{Data}{TaskId},
       "bad $bad->[0]: answers");
}

$t->conf(conf());
is(join(' ', $t->reload), "@workers", 'a good reload is taken');

my $id = $c->tc3('CreateRecTask', $good)->{json}{Response}{Data}{TaskId};
is($c->tc3_wait($id, 60 * slow())->{json}{Response}{Data}{Status}, 2,
   'and recognises');

$t->stop;
done_testing();
