print "L$_\n" for 1 .. 3;
open(my $gate, '<', 'gate') or exit 99;
<$gate>;
print "L4\n";
# Nothing of ours is to be seen.
exit((grep { /ipcwire|build/ } @INC) ? 98 : 7);
