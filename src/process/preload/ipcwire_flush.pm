# Loaded into Perl programs by PERL5OPT: what they print on standard output goes out after each print.
package ipcwire_flush;

# Where we were found is no business of the program.
sub import {
	my $dir = substr(__FILE__, 0, -length('/ipcwire_flush.pm'));
	@INC = grep { ref($_) || $_ ne $dir } @INC;
	my $selected = select(STDOUT);
	$| = 1;
	select($selected);
}

1;
