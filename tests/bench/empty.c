/* What a program costs that does nothing; linked statically, too. */
int
main(void)
{
	return 0;
}
