# Loaded into Ruby programs by RUBYOPT: every write of theirs to standard output goes out at once.
begin
  STDOUT.sync = true
rescue IOError, SystemCallError
  # it is closed
end
