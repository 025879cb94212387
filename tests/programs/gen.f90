program gen
  character(len=80) :: line
  integer :: i
  do i = 1, 3
     write (*, '(A,I1)') 'L', i
  end do
  open (unit=10, file='gate', action='read')
  read (10, '(A)') line
  write (*, '(A)') 'L4'
  call exit(7)
end program gen
