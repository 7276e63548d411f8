# The portal of LemonLDAP::NG. It loads its captcha even where no page shows one; the picture library which that
# needs is large, and is not needed here.
BEGIN { $INC{'GD/SecurityImage.pm'} = __FILE__ }
use Lemonldap::NG::Portal::Main;
Lemonldap::NG::Portal::Main->run({});
