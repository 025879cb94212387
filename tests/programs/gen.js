const fs = require('fs');
for (let i = 1; i <= 3; i++) console.log('L' + i);
fs.readFile('gate', () => {
	console.log('L4');
	process.exitCode = 7;
});
