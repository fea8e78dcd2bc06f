(
Jภ๐RÝส-PÝฮzLJฦฤฮถาาฃRยำO๘AำSTuNO๙N3ะ]SทะทฮmSeRSLอ
S<หCL3ฦdL6M?Hฎฬธฟ6ล&LฑIวฬÜห~ะ*ษฝฦPMฯือgN~ะdมฺา-NMP’าธL#LhหwPQาO0ำฦภR_ึึภาS#LQ0ฯืฯอิที็าyา๏ั5ิจำธั้าำvนSขัJอ.PพRMฆT’RิฦvQาMข?บMtิQOีMหOขKำฎRบIKL4R๔K…NQหHิS[ิไPไธฉPmัV?Üห~ะ*ษฝฦPMฯือgN~ะdมฺา-NMP’าธL#LhหwPQาO0ำฦภR_ึึภาS#LQ0ฯืฯอิที็าyา๏ั5ิจำ